package github

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func loadContract(t *testing.T) *Contract {
	openapi, err := os.ReadFile("openapi.json")
	require.NoError(t, err)
	schema, err := os.ReadFile("schema.graphql")
	require.NoError(t, err)
	contract, err := NewContract(openapi, schema)
	require.NoError(t, err)
	return contract
}

// TestRecording judges what the tests of the main module recorded: see check.sh.
func TestRecording(t *testing.T) {
	name := os.Getenv("EFGEN_GITHUB_RECORDING")
	require.NotEmpty(t, name, "EFGEN_GITHUB_RECORDING names no recording: run check.sh")
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	contract, exchanges := loadContract(t), 0
	lines := bufio.NewScanner(file)
	for lines.Buffer(nil, 64<<20); lines.Scan(); exchanges++ {
		var exchange Exchange
		require.NoError(t, json.Unmarshal(lines.Bytes(), &exchange))
		assert.NoError(t, contract.Check(exchange), "%s %s: %.2000s", exchange.Method, exchange.URL, exchange.Request)
	}
	require.NoError(t, lines.Err())
	assert.Empty(t, contract.Unseen(), "operations that no test has carried out")
	t.Logf("%d exchanges judged", exchanges)
}

func TestWrongExchanges(t *testing.T) {
	contract := loadContract(t)
	const ref = `{"ref":"refs/heads/a","node_id":"n","url":"https://api.github.com/x","object":{"type":"commit","sha":"1111111111111111111111111111111111111111","url":"https://api.github.com/y"}}`
	const update = `"query":"mutation($r: ID!, $u: [RefUpdate!]!) { updateRefs(input: {repositoryId: $r, refUpdates: $u}) { clientMutationId } }"`
	const updated = `{"data":{"updateRefs":{"clientMutationId":null}}}`
	for name, c := range map[string]struct {
		method, path, request string
		status                int
		response              string
		says                  string // "" is right
	}{
		"right":                 {"GET", "/repos/o/r/git/ref/heads/a/b", "", 200, ref, ""},
		"right to create":       {"POST", "/repos/o/r/git/refs", `{"ref":"refs/heads/a","sha":"1"}`, 201, ref, ""},
		"right, by number":      {"GET", "/api/v3/repositories/1/git/ref/heads/a", "", 200, ref, ""},
		"right refusal":         {"POST", "/repos/o/r/git/refs", `{}`, 422, `{"message":"m","documentation_url":"u"}`, ""},
		"no such operation":     {"PUT", "/repos/o/r/git/refs", `{}`, 200, ref, "GitHub has no PUT"},
		"a field is missing":    {"POST", "/repos/o/r/git/refs", `{"ref":"refs/heads/a"}`, 201, ref, `"sha" is missing`},
		"wrong mode":            {"POST", "/repos/o/r/git/trees", `{"tree":[{"path":"a","mode":"0644"}]}`, 201, `{"sha":"s","tree":[],"truncated":false}`, "not one of the allowed values"},
		"wrong query":           {"GET", "/repos/o/r/pulls?state=merged", "", 200, "[]", "not one of the allowed values"},
		"answer lacks a field":  {"GET", "/repos/o/r/git/ref/heads/a", "", 200, `{"ref":"refs/heads/a"}`, "is missing"},
		"answer of a status":    {"POST", "/repos/o/r/git/refs", `{"ref":"refs/heads/a","sha":"1"}`, 200, ref, "does not answer"},
		"answer is no JSON":     {"GET", "/repos/o/r/git/ref/heads/a", "", 401, `<html>`, "invalid character"},
		"error of another form": {"GET", "/repos/o/r/git/ref/heads/a", "", 401, `{"message":7}`, "string"},
		"refusal lacks a field": {"POST", "/repos/o/r/git/refs", `{}`, 422, `{"message":"m"}`, `"documentation_url" is missing`},
		"right mutation":        {"POST", "/graphql", `{` + update + `,"variables":{"r":"R","u":[{"name":"refs/heads/a","afterOid":"1"}]}}`, 200, updated, ""},
		"mutation's variables":  {"POST", "/api/graphql", `{` + update + `,"variables":{"r":"R","u":[{"ref":"a","afterOid":"1"}]}}`, 200, updated, "ref"},
		"mutation's fields":     {"POST", "/graphql", `{"query":"mutation { moveRefs { x } }"}`, 200, updated, "moveRefs"},
		"graphql answers air":   {"POST", "/graphql", `{` + update + `}`, 200, `{}`, "neither data nor errors"},
	} {
		t.Run(name, func(t *testing.T) {
			header := http.Header{}
			if c.request != "" {
				header.Set("Content-Type", "application/json")
			}
			err := contract.Check(Exchange{Method: c.method, URL: c.path, Header: header, Request: c.request, Status: c.status, Response: c.response})
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestUnseenOperations(t *testing.T) {
	contract := loadContract(t)
	all := contract.Unseen()
	assert.Contains(t, all, "DELETE /repos/{owner}/{repo}/git/refs/{ref}")
	assert.Contains(t, all, "updateRefs")
	require.NoError(t, contract.Check(Exchange{Method: "DELETE", URL: "/repos/o/r/git/refs/heads/a", Header: http.Header{}, Status: 204}))
	assert.Len(t, contract.Unseen(), len(all)-1)
}
