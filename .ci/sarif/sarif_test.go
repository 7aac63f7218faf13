// Package sarif holds what efgen prints against the schema of SARIF 2.1.0. It is
// no part of ./..., for it fetches that schema.
package sarif

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	// schemaModule carries a copy of the schema that OASIS publishes.
	schemaModule = "github.com/securego/gosec/v2@v2.29.0"
	schemaFile   = "report/sarif/testdata/sarif-schema-2.1.0.json"
	schemaSHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
)

// officialSchema is errata 01 of SARIF 2.1.0, formats being asserted.
func officialSchema(t *testing.T) *jsonschema.Schema {
	download := exec.Command("go", "mod", "download", "-json", schemaModule)
	download.Dir = t.TempDir() // no module there, whose go.sum would change
	answer, err := download.Output()
	require.NoError(t, err)
	var module struct{ Dir string }
	require.NoError(t, json.Unmarshal(answer, &module))
	text, err := os.ReadFile(filepath.Join(module.Dir, filepath.FromSlash(schemaFile)))
	require.NoError(t, err)
	sum := sha256.Sum256(text)
	require.Equal(t, schemaSHA256, hex.EncodeToString(sum[:]))

	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	require.NoError(t, compiler.AddResource("sarif.json", document))
	schema, err := compiler.Compile("sarif.json")
	require.NoError(t, err)
	return schema
}

// efgen builds the command.
func efgen(t *testing.T) string {
	binary := filepath.Join(t.TempDir(), "efgen")
	out, err := exec.Command("go", "build", "-o", binary, "../../cmd/efgen").CombinedOutput()
	require.NoError(t, err, string(out))
	return binary
}

// hostile is a manifest whose every text wants to be more than a text.
const hostile = `apiVersion: "apps/v1"
kind: StatefulSet
metadata:
  name: "::error::<script>\e[31m"
spec:
  "\0 --> ##[error]]]> [click](https://example.com) {0} \x9b\u202e\n": 1
  serviceName: "` + "`" + `"
`

func TestOutputMatchesTheOfficialSchema(t *testing.T) {
	schema, binary := officialSchema(t), efgen(t)
	for name, c := range map[string]struct {
		files map[string]string
		fails bool
	}{
		"no problem": {map[string]string{"a.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: [{port: 80}]\n"}, false},
		"problems":   {map[string]string{"a.yaml": "kind: Service\n", "b.conf": "a = \"", "c.yaml": "a: [\n"}, true},
		"hostile":    {map[string]string{"a.yaml": hostile}, true},
		"hostile names": {map[string]string{
			"::error::x.yaml": hostile, "a b#c?%zz.yaml": hostile, "\x1b[31m\xff.yaml": hostile, "http:x.yaml": hostile,
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range c.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644))
			}
			log := printed(t, dir, binary, "validate", "--format", "sarif", ".")
			assert.NoError(t, schema.Validate(log))
			assert.Equal(t, c.fails, len(results(log)) > 0)
		})
	}
	t.Run("environments", func(t *testing.T) {
		assert.NoError(t, schema.Validate(printed(t, "../..", binary, "validate", "--format", "sarif")))
	})
}

func TestSchemaRefusesWhatIsWrong(t *testing.T) {
	schema, dir := officialSchema(t), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.yaml"), []byte(hostile), 0o644))
	log := printed(t, dir, efgen(t), "validate", "--format", "sarif", ".")
	results(log)[0].(map[string]any)["level"] = "notice"
	assert.Error(t, schema.Validate(log))
}

// printed is the JSON document that a command prints, problems or not.
func printed(t *testing.T, dir, binary string, args ...string) any {
	command := exec.Command(binary, args...)
	command.Dir = dir
	// A workflow's summary is not for the problems of a test.
	command.Env = append(os.Environ(), "GITHUB_ACTIONS=", "GITHUB_STEP_SUMMARY=", "GITHUB_OUTPUT=")
	out, err := command.Output()
	if exit, exited := errors.AsType[*exec.ExitError](err); err != nil && (!exited || exit.ExitCode() != 1) {
		require.NoError(t, err, string(exit.Stderr))
	}
	assert.NotContains(t, string(out), dir+"/", "no absolute paths")
	log, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	require.NoError(t, err)
	return log
}

func results(log any) []any {
	run := log.(map[string]any)["runs"].([]any)[0].(map[string]any)
	return run["results"].([]any)
}
