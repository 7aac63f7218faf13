#!/bin/sh
# Lets the reference implementation read the HOCON, and installs it first if it is missing.
set -eu
cd "$(dirname "$0")/../.."
if [ ! -e /usr/share/java/typesafe-config.jar ] || ! command -v javac >/dev/null; then
	as_root=
	[ "$(id -u)" -eq 0 ] || as_root=sudo
	$as_root apt-get update -qq
	$as_root apt-get install -y -qq --no-install-recommends libtypesafe-config-java default-jdk-headless
fi
exec go test -count=1 -v ./.ci/hocon
