package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/manifest"
)

// read is a document as the reader of manifests gives it, with whole numbers as int64; ok
// is false for one that does not read.
func read(text []byte) (document Document, ok bool) {
	data, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return document, false
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var fields map[string]any
	if decoder.Decode(&fields) != nil {
		return document, false
	}
	return Document{Fields: whole(fields), Text: text}, true
}

func whole(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, field := range v {
			v[name] = whole(field)
		}
	case []any:
		for i, item := range v {
			v[i] = whole(item)
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		if math.IsInf(f, 0) {
			return v.String()
		}
		return f
	}
	return value
}

func newJudge(t testing.TB, minor string, mode Mode, files ...manifest.File) *Judge {
	j, findings := New(minor, files, mode)
	require.Empty(t, lines(findings))
	return j
}

// check judges a document that reads.
func check(t testing.TB, j *Judge, text string) string {
	document, ok := read([]byte(text))
	require.True(t, ok, text)
	findings, err := j.Check(document)
	require.NoError(t, err)
	return lines(findings)
}

// lines renders findings as the files in testdata list them.
func lines(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s|%s|%d|%s|%s\n", f.Rule.ID, f.Field, f.Line, f.Message, f.Hint)
	}
	return b.String()
}

// describing is a file with a JSON Schema of the kind Thing: more is put into it.
func describing(draft, more string) manifest.File {
	if draft != "" {
		draft = fmt.Sprintf(`"$schema": %q, `, draft)
	}
	return manifest.File{Path: "s.json", Data: fmt.Appendf(nil, `{%s"x-kubernetes-group-version-kind": [{"version": "v1", "group": "example.com", "kind": "Thing"}], %s}`, draft, more)}
}

// thing is a document of the kind Thing.
func thing(spec string) string {
	return fmt.Sprintf(`{"apiVersion": "example.com/v1", "kind": "Thing", "spec": %s}`, spec)
}

// faultsIn are the findings of a document without what they have in common, sorted.
func faultsIn(t testing.TB, j *Judge, text string) string {
	var all []string
	for line := range strings.Lines(check(t, j, text)) {
		line, found := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "EF201|")
		require.True(t, found, line)
		all = append(all, strings.TrimSuffix(strings.Replace(line, "|0|", "|", 1), "|"))
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}
