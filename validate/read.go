package validate

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"time"

	yamlv2 "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/blockyaml"
	"github.com/efgen/efgen/validate/decode"
	"github.com/efgen/efgen/validate/manifest"
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

// documents are those of a file.
func documents(data []byte) (all []document) {
	for _, d := range manifest.Documents(data) {
		all = append(all, document{d.Text, d.Line})
	}
	return all
}

// read reads a YAML document as the API machinery does, by YAML 1.1, with every
// key once. Where there are faults, fields are what a careless reader makes of
// it; nil if even that fails.
func read(text []byte) (fields map[string]any, faults []manifest.Fault) {
	if fields, ok := blockyaml.Read(text, mapping); ok {
		return fields.(map[string]any), nil
	}
	var object map[string]any
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		faults = manifest.SyntaxFaults(text, err)
	}
	var value any
	if err := yamlv2.Unmarshal(text, &value); err == nil {
		var p plainer
		fields, _ = p.plain(value).(map[string]any)
		if p.twice != "" && faults == nil {
			faults = []manifest.Fault{{Message: fmt.Sprintf("key %q already set in map", p.twice)}}
		}
	}
	return fields, faults
}

// mapping refuses a key that is there twice.
func mapping(items []blockyaml.Item) (any, bool) {
	fields := make(map[string]any, len(items))
	for _, item := range items {
		fields[item.Key] = item.Value
	}
	return fields, len(fields) == len(items)
}

// A plainer turns what the YAML reader gives into what JSON would give, integers
// apart: those stay whole.
type plainer struct {
	// twice is a key that a mapping has twice.
	twice string
}

func (p *plainer) plain(value any) any {
	switch v := value.(type) {
	case nil, string, bool, int64, float64:
		return value
	case map[any]any:
		fields := make(map[string]any, len(v))
		for key, item := range v {
			p.set(fields, key, item)
		}
		return fields
	case []any:
		for i, item := range v {
			v[i] = p.plain(item)
		}
		return v
	case int:
		return int64(v)
	case uint64:
		return float64(v)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	}
	return fmt.Sprint(value)
}

func (p *plainer) set(fields map[string]any, key, value any) {
	name, isText := key.(string)
	if !isText {
		name = textOf(key)
	}
	if _, twice := fields[name]; twice {
		p.twice = name
	}
	fields[name] = p.plain(value)
}

// textOf is a key that is no text, as the API machinery writes it.
func textOf(key any) string {
	switch key := key.(type) {
	case float64:
		return strconv.FormatFloat(key, 'g', -1, 32)
	}
	return fmt.Sprint(key)
}

// objects reads every Kubernetes object of a manifest file; the items of a List
// count as objects of their own.
func objects(file *File) []*object {
	var all []*object
	if len(file.Data) > maxFile {
		return nil
	}
	for _, doc := range documents(file.Data) {
		fields, faults := read(doc.text)
		items, isList := fields["items"].([]any)
		if fields == nil || fields["kind"] != "List" || !isList || faults != nil {
			all = append(all, newObject(file, doc, "", fields, faults))
			continue
		}
		for i, item := range items {
			fields, _ := item.(map[string]any)
			all = append(all, newObject(file, doc, rule.Index("items", i), fields, nil))
		}
	}
	return all
}

func newObject(file *File, doc document, prefix string, fields map[string]any, faults []manifest.Fault) *object {
	o := &object{file: file, document: doc, prefix: prefix, fields: fields, faults: faults}
	if fields == nil {
		o.unread = errors.New("is no object")
	}
	o.apiVersion, _ = fields["apiVersion"].(string)
	o.kind, _ = fields["kind"].(string)
	metadata, _ := fields["metadata"].(map[string]any)
	o.name, _ = metadata["name"].(string)
	o.written, _ = metadata["namespace"].(string)
	o.namespace = o.written
	if value := decode.New(o.apiVersion, o.kind); value != nil {
		if o.unread = decode.Object(fields, value); o.unread == nil {
			o.value = value
		}
	}
	return o
}
