#!/usr/bin/env bash
# Runs proposals against emulate, a GitHub that nobody here has written, on the
# loopback interface: second-opinion.sh CACHE
set -euo pipefail
version=0.11.2
here=$(cd "$(dirname "$0")" && pwd)
cache=$1/emulate-$version
if [ ! -d "$cache/node_modules/emulate" ]; then
  npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix "$cache" "emulate@$version"
fi
# A module finds others beside itself.
cp "$here/emulate.mjs" "$cache/"
coproc server { exec node "$cache/emulate.mjs"; }
pid=$server_PID
trap 'kill "$pid" 2>/dev/null || true' EXIT
if ! read -rt 60 url <&"${server[0]}"; then
  echo "emulate does not start" >&2
  exit 1
fi
cd "$here/../.."
EFGEN_EMULATE=$url go test -count=1 -run '^TestSecondOpinion$' -v ./cmd/efgen/internal/pullrequest
