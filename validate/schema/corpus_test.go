package schema

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/manifest"
)

// documentsBelow are all manifests below folders of this repository; a test runs in the
// folder of its package.
func documentsBelow(t testing.TB, folders ...string) (all [][]byte) {
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(root(t), folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !slices.Contains([]string{".yaml", ".json"}, filepath.Ext(path)) || entry.Name() == "kustomization.yaml" {
				return err
			}
			data, err := os.ReadFile(path)
			for _, document := range manifest.Documents(data) {
				all = append(all, document.Text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// corpus are the manifests of tests, of what is generated, and of what the generator's tests
// expect.
func corpus(t testing.TB) [][]byte {
	return documentsBelow(t, "validate/schema/testdata", "out", "generate/testdata")
}

// root is the folder of go.mod.
func root(t testing.TB) string {
	folder, err := os.Getwd()
	for err == nil && folder != filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		folder = filepath.Dir(folder)
	}
	t.Fatal("no go.mod is above the test", err)
	return ""
}

// identityOf is what a document says that it is.
func identityOf(document []byte) (apiVersion, kind string) {
	var object struct{ APIVersion, Kind string }
	_ = yaml.Unmarshal(document, &object) // what does not read says nothing
	return object.APIVersion, object.Kind
}

// changesOf are copies of a document with one thing changed: every field that no
// document of that kind had before, seen, is removed, renamed, repeated, and given
// other values; every list gets longer and shorter; every object gets a further
// field. They are JSON, except for those with a repeated line.
func changesOf(document []byte, kind string, seen map[string]bool) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var object any
		if yaml.Unmarshal(document, &object) != nil {
			return
		}
		goOn := true
		change(object, kind, seen, func(changed any) {
			text, err := json.Marshal(changed)
			goOn = goOn && err == nil && yield(text)
		})
		lines := strings.SplitAfter(string(document), "\n")
		for i, line := range lines {
			key := keyOfLine.FindStringSubmatch(line)
			if key == nil || seen[kind+" twice "+key[3]] {
				continue
			}
			seen[kind+" twice "+key[3]] = true
			again := strings.Repeat(" ", len(key[1]+key[2])) + strings.TrimLeft(line, " -")
			repeated := slices.Insert(slices.Clone(lines), i+1, again)
			goOn = goOn && yield([]byte(strings.Join(repeated, "")))
		}
	}
}

var keyOfLine = regexp.MustCompile(`^( *)(- )?([A-Za-z][A-Za-z.-]*):`)

func change(value any, path string, seen map[string]bool, yield func(any)) {
	switch v := value.(type) {
	case map[string]any:
		yield(with(v, "unheardOf", 1.0))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			field := path + "." + name
			if name == "apiVersion" || name == "kind" {
				continue // they say which schema is asked
			}
			if !seen[field] {
				seen[field] = true
				yield(with(without(v, name), name+"X", v[name]))
				yield(without(v, name))
				for _, other := range others(v[name]) {
					yield(with(v, name, other))
				}
			}
			change(v[name], field, seen, func(changed any) { yield(with(v, name, changed)) })
		}
	case []any:
		for i, item := range v {
			if !seen[path+"[]"] {
				seen[path+"[]"] = true
				yield([]any{})
				yield(append(slices.Clone(v), item))
				for _, other := range others(item) {
					yield(append(slices.Clone(v[:i]), other))
				}
			}
			change(item, path+"[]", seen, func(changed any) { yield(append(append(slices.Clone(v[:i]), changed), v[i+1:]...)) })
		}
	}
}

func with(fields map[string]any, name string, value any) map[string]any {
	copied := maps.Clone(fields)
	copied[name] = value
	return copied
}

func without(fields map[string]any, name string) map[string]any {
	copied := maps.Clone(fields)
	delete(copied, name)
	return copied
}

// others are values of every type, on both sides of common limits, and some near
// to the one that is there.
func others(value any) []any {
	all := []any{
		nil, true, false, -1.0, 0.0, 1.0, 1.5, 256.0, 257.0, 65536.0, 3e9, 1e20, "", "x", "1", "1Gi", "1Gb", "10 minutes", "10m", "a_b", "YQ==", "YQ=",
		"2020-01-02T03:04:05Z", strings.Repeat("x", 300), []any{}, []any{nil}, []any{"x"}, map[string]any{}, map[string]any{"x": "1"}, map[string]any{"": nil},
	}
	switch v := value.(type) {
	case string:
		return append(all, v+"x", " "+v, strings.ToUpper(v), v+"\n")
	case float64:
		return append(all, v+0.5, -v, v*1e6, fmt.Sprint(v))
	case []any:
		return append(all, map[string]any{"0": v})
	case map[string]any:
		return append(all, []any{v})
	}
	return all
}
