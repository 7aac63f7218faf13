package validate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	yamlv2 "go.yaml.in/yaml/v2"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/efgen/efgen/validate/rule"
)

// maxFile bounds what is read of one file: far above the 1.5 MiB that a cluster
// stores of one object, and small enough that no parser can be kept busy.
const maxFile = 16 << 20

// isManifest tells whether a file holds Kubernetes objects. kustomization.yaml
// is for kustomize and never reaches a cluster.
func isManifest(name string) bool {
	switch path.Ext(name) {
	case ".yaml", ".yml", ".json":
		return !slices.Contains([]string{"kustomization.yaml", "kustomization.yml"}, path.Base(name))
	}
	return false
}

// A document is one YAML document of a file, and the line where it starts.
type document struct {
	text []byte
	line int
}

// documents cuts a file where a line starts a new document, as kubectl does, so
// that one broken document hides no other. Documents without content are left out.
func documents(data []byte) []document {
	var all []document
	start, first, line := 0, 1, 1
	flush := func(end int) {
		if text := data[start:end]; !blank(text) {
			all = append(all, document{text: text, line: first})
		}
		start, first = end, line
	}
	for at := 0; at < len(data); {
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		if marker(data[at:end]) {
			flush(at)
		}
		at = end
		line++
	}
	flush(len(data))
	return all
}

// marker tells whether a line starts a document.
func marker(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("---"))
	return ok && (len(rest) == 0 || strings.IndexByte(" \t\r\n", rest[0]) >= 0)
}

// blank tells whether a text holds nothing but comments and a marker.
func blank(text []byte) bool {
	for line := range bytes.Lines(text) {
		if marker(line) {
			line = line[len("---"):]
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// parse reads a YAML document as Kubernetes does, by YAML 1.1. That keys are there
// once is for the schema check to see.
func parse(text []byte) (map[string]any, error) {
	var value any
	if err := yamlv2.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	fields, ok := plain(value).(map[string]any)
	if !ok {
		return nil, fmt.Errorf("not a mapping")
	}
	return fields, nil
}

// plain turns what the YAML reader gives into what JSON would give, integers
// apart: those stay whole.
func plain(value any) any {
	switch v := value.(type) {
	case map[any]any:
		fields := make(map[string]any, len(v))
		for key, item := range v {
			name, ok := key.(string)
			if !ok {
				name = fmt.Sprint(key)
			}
			fields[name] = plain(item)
		}
		return fields
	case []any:
		for i, item := range v {
			v[i] = plain(item)
		}
		return v
	case int:
		return int64(v)
	case uint64:
		return float64(v)
	case nil, string, bool, int64, float64:
		return v
	default:
		return fmt.Sprint(v)
	}
}

// objects reads every Kubernetes object of a manifest file; the items of a List
// count as objects of their own. What cannot be read is left to the schema check.
func objects(file *File) []*object {
	var all []*object
	if len(file.Data) > maxFile {
		return nil
	}
	for _, doc := range documents(file.Data) {
		fields, err := parse(doc.text)
		if err != nil {
			all = append(all, &object{file: file, document: doc, text: doc.text, unread: err})
			continue
		}
		items, isList := fields["items"].([]any)
		if fields["kind"] != "List" || !isList {
			all = append(all, newObject(file, doc, "", fields))
			continue
		}
		for i, item := range items {
			fields, _ := item.(map[string]any)
			all = append(all, newObject(file, doc, rule.Index("items", i), fields))
		}
	}
	return all
}

func newObject(file *File, doc document, prefix string, fields map[string]any) *object {
	o := &object{file: file, document: doc, prefix: prefix, text: doc.text, fields: fields}
	o.apiVersion, _ = fields["apiVersion"].(string)
	o.kind, _ = fields["kind"].(string)
	metadata, _ := fields["metadata"].(map[string]any)
	o.name, _ = metadata["name"].(string)
	o.written, _ = metadata["namespace"].(string)
	o.namespace = o.written
	if prototype, known := kinds[o.apiVersion+"/"+o.kind]; known {
		value := prototype()
		if o.unread = decode(fields, doc.text, value); o.unread == nil {
			o.value = value
		}
	}
	return o
}

// longNumber is in every document with a number that int32 cannot hold.
var longNumber = regexp.MustCompile(`[0-9]{10}`)

// decode fills a Kubernetes type. The quick way cuts numbers off that are too
// large for their field, so documents with such numbers take the other.
func decode(fields map[string]any, text []byte, value any) error {
	if !longNumber.Match(text) {
		return runtime.DefaultUnstructuredConverter.FromUnstructured(fields, value)
	}
	data, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, value)
}
