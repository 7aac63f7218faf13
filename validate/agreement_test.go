package validate

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/manifest"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/judge"
)

var exhaustive = flag.Bool("exhaustive", false, "hold the judge against kubeconform on every changed document, and all minors")

// corpus are all manifests that this repository holds: those of this package, what
// is generated, and what the generator's tests expect.
func corpus(t testing.TB) (all [][]byte) {
	for _, root := range []string{"testdata/schema", "../out", "../generate/testdata"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !manifest.IsManifest(path) {
				return err
			}
			data, err := os.ReadFile(path)
			for _, document := range manifest.Documents(data) {
				all = append(all, document.Text)
			}
			return err
		}))
	}
	return all
}

// keyOf is what a document says of itself.
func read(document []byte) (fields map[string]any, findings []SchemaFinding) {
	read, faults := manifest.Read(document)
	for _, fault := range faults {
		findings = append(findings, SchemaFinding{Rule: unreadableRule, Line: fault.Line, Message: fault.Message})
	}
	return plainObject(read), findings
}

func keyOf(document []byte) (key schemaKey) {
	fields, _ := read(document)
	key.apiVersion, _ = fields["apiVersion"].(string)
	key.kind, _ = fields["kind"].(string)
	return key
}

// Every document of the corpus, and what becomes of it when one thing in it is
// changed, gets the same verdict from kubeconform, with the same schemas.
func TestTheJudgeAgreesWithKubeconform(t *testing.T) {
	opinion, seen := embedded(t), map[string]bool{}
	minors, every := []string{"1.30", "1.34", "1.37"}, 5
	if *exhaustive {
		minors, every = Versions(), 1
	}
	cases, refused, kinds := 0, 0, map[string]bool{}
	compare := func(key schemaKey, document []byte) {
		judge := newSchemas(t, key.minor).judge(key)
		if judge == nil {
			return
		}
		cases++
		kinds[key.apiVersion+"/"+key.kind] = true
		we, they := ours(judge, document), opinion(key)(document)
		if !they.fits {
			refused++
		}
		require.Empty(t, disagreement(we, they, document), "%v", key)
	}
	changes := 0
	for _, document := range corpus(t) {
		key := keyOf(document)
		for _, minor := range minors {
			compare(schemaKey{minor, key.apiVersion, key.kind}, document)
		}
		for changed := range changed(document, key.apiVersion+"/"+key.kind, seen) {
			if changes++; changes%every == 0 {
				minor := minors[changes/every%len(minors)]
				compare(schemaKey{minor, key.apiVersion, key.kind}, changed)
			}
		}
	}
	t.Logf("%d cases of %d kinds, %d of them refused", cases, len(kinds), refused)
	assert.Greater(t, cases, 2000)
	assert.Greater(t, refused, cases/4)
	assert.Greater(t, cases-refused, cases/10)
	for _, kind := range []string{"apps/v1/StatefulSet", "argoproj.io/v1alpha1/Application", "kustomize.toolkit.fluxcd.io/v1/Kustomization", "route.openshift.io/v1/Route"} {
		assert.True(t, kinds[kind], kind)
	}
}

// A judge that differs in one number is found out.
func TestADisagreementIsNoticed(t *testing.T) {
	key := schemaKey{"1.34", "route.openshift.io/v1", "Route"}
	schema := strings.Replace(string(wholeSchema(t, key)), `"maximum":256`, `"maximum":257`, 1)
	require.NotEqual(t, string(wholeSchema(t, key)), schema)
	planted := newSchemaJudge(func() (*judge.Schema, error) { return judge.Compile([]byte(schema)) })
	document, err := os.ReadFile("testdata/schema/valid-route.yaml")
	require.NoError(t, err)
	opinion, found := embedded(t)(key), 0
	for changed := range changed(document, "", map[string]bool{}) {
		assert.Empty(t, disagreement(ours(newSchemas(t, "1.34").judge(key), changed), opinion(changed), changed))
		if disagreement(ours(planted, changed), opinion(changed), changed) != "" {
			found++
		}
	}
	assert.Equal(t, 1, found, "the weight of 257")
}

// changed are copies of a document with one thing changed: every field that no
// document of that kind had before, seen, is removed, renamed, repeated, and given
// other values; every list gets longer and shorter; every object gets a further
// field. They are JSON, except for those with a repeated line.
func changed(document []byte, kind string, seen map[string]bool) func(yield func([]byte) bool) {
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
