#!/usr/bin/env bash
# Runs the tests of proposals, records what they say to the fake GitHub and hear from
# it, and compares every exchange with GitHub's own descriptions of its API:
# check.sh [-exhaustive]
set -euo pipefail
cd "$(dirname "$0")/../.."
recording=$(mktemp)
trap 'rm -f "$recording"' EXIT
export EFGEN_GITHUB_RECORDING=$recording
go test -count=1 ./cmd/efgen/internal/pullrequest "$@"
go test -count=1 ./cmd/efgen/internal/pullrequest/fakegithub
cd .ci/github
go vet ./...
go test -count=1 ./...
