#!/usr/bin/env bash
# Runs the tests of proposals, records what they say to the fake GitHub and hear from
# it, and holds every exchange against GitHub's own descriptions of its API.
set -euo pipefail
cd "$(dirname "$0")/../.."
recording=$(mktemp)
trap 'rm -f "$recording"' EXIT
export EFGEN_GITHUB_RECORDING=$recording
# Every request crashes, in one way: the exchanges are the same in all.
go test -count=1 ./cmd/efgen/internal/pullrequest/...
cd .ci/github
go vet ./...
go test -count=1 ./...
