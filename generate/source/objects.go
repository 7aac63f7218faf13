package source

import (
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

// renderedObjects are the objects in rendered files, as YAML readers see them. Each is
// read once, when it is asked for.
type renderedObjects struct {
	files func() []tree.File
	texts map[string][]byte
	read  map[string]any
}

func (o *renderedObjects) text(file string) []byte {
	if o.texts == nil {
		o.texts, o.read = map[string][]byte{}, map[string]any{}
		for _, f := range o.files() {
			o.texts[f.Path] = f.Data
		}
	}
	return o.texts[file]
}

// in is the object in a file, nil if there is none.
func (o *renderedObjects) in(file string) any {
	text := o.text(file)
	object, done := o.read[file]
	if !done && yaml.Unmarshal(text, &object) == nil {
		o.read[file] = object
	}
	return object
}

// valueAt follows a field path, to nil where there is nothing.
func valueAt(value any, steps []rule.Step) any {
	for _, step := range steps {
		switch parent := value.(type) {
		case map[string]any:
			value = parent[step.Key]
		case []any:
			if step.Index < 0 || step.Index >= len(parent) {
				return nil
			}
			value = parent[step.Index]
		default:
			return nil
		}
	}
	return value
}
