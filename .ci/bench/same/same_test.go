package same_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/.ci/bench/same"
)

const (
	service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: flow\n  namespace: a\nspec:\n  ports: [{port: 8008}]\n"
	account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: flow, namespace: a}\n"
)

func TestFolderAndStreamAreTheSame(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "service.yaml"), []byte(service), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "account.yaml"), []byte(account), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte("no object"), 0o600))
	require.NoError(t, same.Compare(read(t, folder), stream(t, "---\n"+account+"---\n# Source: x\n"+service)))
	require.Len(t, read(t, folder), 2)
}

func TestPlantedDifferences(t *testing.T) {
	for name, planted := range map[string]struct{ text, fault string }{
		"another value": {account + "---\n" + replaced(service, "8008", "8009"), `v1 Service a/flow differs in .spec.ports[0].port: 8009, not 8008`},
		"a text":        {account + "---\n" + replaced(service, "8008", `"8008"`), `v1 Service a/flow differs in .spec.ports[0].port: "8008", not 8008`},
		"an item more":  {account + "---\n" + replaced(service, "}]", "}, {port: 1}]"), `v1 Service a/flow differs in .spec.ports: [{"port":8008},{"port":1}], not [{"port":8008}]`},
		"one less":      {service, "v1 ServiceAccount a/flow is missing"},
		"one more":      {account + "---\n" + service + "---\n" + replaced(account, "flow", "more"), "v1 ServiceAccount a/more is not wanted"},
		"a field more":  {account + "---\n" + service + "  type: ClusterIP\n", `v1 Service a/flow differs in .spec: more fields than wanted`},
		"a field less":  {account + "---\n" + replaced(service, "  ports: [{port: 8008}]", "  {}"), `v1 Service a/flow differs in .spec.ports: null, not [{"port":8008}]`},
	} {
		t.Run(name, func(t *testing.T) {
			err := same.Compare(stream(t, account+"---\n"+service), stream(t, planted.text))
			require.EqualError(t, err, planted.fault)
		})
	}
}

// A text in a block ends with a line, unless the document was cut one short.
func TestLastLine(t *testing.T) {
	text := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flow}\ndata:\n  key: |\n    line\n"
	require.NoError(t, same.Compare(stream(t, text), stream(t, text+"---\n")))
}

func TestTwice(t *testing.T) {
	_, err := same.Read(file(t, account+"---\n"+account))
	require.ErrorContains(t, err, "v1 ServiceAccount a/flow is there twice")
}

func replaced(text, old, now string) string { return strings.Replace(text, old, now, 1) }

func file(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "stream.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func read(t *testing.T, path string) same.Objects {
	objects, err := same.Read(path)
	require.NoError(t, err)
	return objects
}

func stream(t *testing.T, text string) same.Objects { return read(t, file(t, text)) }
