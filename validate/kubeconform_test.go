package validate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/yannh/kubeconform/pkg/resource"
	"github.com/yannh/kubeconform/pkg/validator"

	"github.com/efgen/efgen/validate/schemas"
)

// A verdict reports whether a document fits a schema; wrong says why not.
type verdict struct {
	fits  bool
	wrong string
}

// kubeconform judges documents by the text of a schema: the second opinion on our
// own judge. It reads schemas from files alone.
func kubeconform(t testing.TB, schema []byte) func(document []byte) verdict {
	// The name of a fuzz test's own folder holds "#", which would end the path.
	folder, err := os.MkdirTemp("", "efgen")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(folder) })
	path := filepath.Join(folder, "schema.json")
	require.NoError(t, os.WriteFile(path, schema, 0o600))
	v, err := validator.New([]string{path}, validator.Opts{Strict: true})
	require.NoError(t, err)
	return func(document []byte) verdict {
		result := v.ValidateResource(resource.Resource{Bytes: document})
		return verdict{result.Status == validator.Valid, fmt.Sprintf("status %d: %v", result.Status, result.Err)}
	}
}

// wholeSchema is the text of an embedded schema with all its definitions.
func wholeSchema(t testing.TB, key schemaKey) []byte {
	root, found := schemas.Find(key.minor, key.apiVersion, key.kind)
	require.True(t, found, "%v", key)
	return schemas.Complete(root, func(name string) string { return schemas.Definition(key.minor, name) })
}

// embedded gives kubeconform with an embedded schema, compiled once.
func embedded(t testing.TB) func(key schemaKey) func(document []byte) verdict {
	var lock sync.Mutex
	compiled := map[schemaKey]func([]byte) verdict{}
	return func(key schemaKey) func([]byte) verdict {
		lock.Lock()
		defer lock.Unlock()
		if compiled[key] == nil {
			compiled[key] = kubeconform(t, wholeSchema(t, key))
		}
		return compiled[key]
	}
}

// ours is the verdict of a judge of this package.
func ours(judge *schemaJudge, document []byte) verdict {
	object, findings := read(document)
	if findings == nil {
		findings = judge.check(object)
	}
	return verdict{len(findings) == 0, strings.TrimSpace(lines(findings))}
}

// disagreement is empty if both verdicts are the same.
func disagreement(ours, theirs verdict, document []byte) string {
	if ours.fits == theirs.fits {
		return ""
	}
	return fmt.Sprintf("we find %q, kubeconform %q in:\n%.4000s", ours.wrong, theirs.wrong, document)
}
