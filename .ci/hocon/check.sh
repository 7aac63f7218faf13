#!/bin/sh
# Reads the HOCON under out/, or another folder, with the reference implementation.
# usage: check.sh [--self-test | FOLDER]
set -eu
cd "$(dirname "$0")/../.."

jar=/usr/share/java/typesafe-config.jar
if [ ! -e "$jar" ] || ! command -v javac >/dev/null; then
	as_root=
	[ "$(id -u)" -eq 0 ] || as_root=sudo
	$as_root apt-get update -qq
	$as_root apt-get install -y -qq --no-install-recommends libtypesafe-config-java default-jdk-headless
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# read_hocon FOLDER: its HOCON reads, and there is some.
read_hocon() {
	rm -rf "$scratch/conf"
	mkdir "$scratch/conf"
	go run ./.ci/hocon "$1" "$scratch/conf" &&
		java -cp "$jar" .ci/hocon/ReadConf.java "$scratch/conf"
}

# must_break NAME MESSAGE: a check that cannot fail proves nothing.
must_break() {
	if report=$(read_hocon "$scratch/broken") || ! printf %s "$report" | grep -q "$2"; then
		printf '%s\n%s reads, though it is broken\n' "$report" "$1" >&2
		exit 1
	fi
	rm -r "$scratch/broken"
}

self_test() {
	mkdir "$scratch/broken"
	printf 'name = "flow\n' >"$scratch/broken/security.conf"
	must_break 'an open text' '^security.conf: 1: '

	mkdir "$scratch/broken"
	cat >"$scratch/broken/configmap-configuration.yaml" <<-'EOF'
		apiVersion: v1
		kind: ConfigMap
		data:
		  node.conf: |
		    configuration.NodeDeploy.globalConfiguration = ["""hosts = [ ${HOST} ]"""]
	EOF
	must_break 'an embedded substitution without quotes' '^configmap-configuration.yaml/node.conf#0: 1: '

	mkdir "$scratch/broken"
	must_break 'a folder without HOCON' '^0 read, 0 broken'
	echo 'self-test: what is broken is refused'
}

self_test
[ "${1-}" = --self-test ] || read_hocon "${1-out}"
