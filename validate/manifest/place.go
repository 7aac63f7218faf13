package manifest

import (
	"bytes"
	"sync"

	yaml "go.yaml.in/yaml/v4"

	"github.com/efgen/efgen/validate/rule"
)

// A Place is a field of an object, or a line of a file that is no manifest, or a field of
// the environment if it has no file.
type Place struct {
	object *Object
	path   string
	field  string
	// line counts from 1 inside the text at field, or inside the file if there is
	// no object; 0 is the field or the file as a whole.
	line int
}

// InFile is a line of a file that holds no object, from 1; 0 is the file as a whole.
func InFile(path string, line int) Place { return Place{path: path, line: line} }

// InEnvironment is a field of the environment, where no file shows the problem.
func InEnvironment(field string) Place { return Place{field: field} }

// Object is the one that the place is in, nil if it is in none.
func (p Place) Object() *Object { return p.object }

// File is the path of the place's file, empty if it is a field of the environment.
func (p Place) File() string { return p.path }

// Manifest is "Kind/name" of the place's object, empty if there is none.
func (p Place) Manifest() string {
	if p.object == nil {
		return ""
	}
	return p.object.Manifest()
}

// Field is the path of the value inside the document.
func (p Place) Field() string {
	if p.object == nil {
		return p.field
	}
	return joined(p.object.prefix, p.field)
}

// InObject is the path of the value inside the object: Field but for items of a List.
func (p Place) InObject() string { return p.field }

// Below is the place of a field of the value at p.
func (p Place) Below(field string) Place {
	p.field = joined(p.field, field)
	return p
}

// Item is the place of an item of the list at p.
func (p Place) Item(i int) Place {
	p.field = rule.Index(p.field, i)
	return p
}

// Entry is the place of a key of the mapping at p.
func (p Place) Entry(key string) Place {
	p.field = rule.Key(p.field, key)
	return p
}

// Named is p with another field of the same file, where the file holds no object.
func (p Place) Named(field string) Place {
	if p.object == nil {
		p.field = field
	}
	return p
}

// OnLine is the place of a line of the text at p, from 1; 0 is the text as a whole.
func (p Place) OnLine(line int) Place {
	p.line = line
	return p
}

// Line is what OnLine has set.
func (p Place) Line() int { return p.line }

// Position is the line and the column in the file; a field that is not there has the
// position of its nearest ancestor. Zero is unknown.
func (p Place) Position() (line, column int) {
	if p.object == nil {
		return p.line, 0
	}
	document := p.object.document
	if p.field == "" && p.line > 0 {
		// What does not read has a line and no fields.
		return document.Line + p.line - 1, 0
	}
	root := document.root()
	if root == nil {
		return document.Line, 0
	}
	node := descend(root, p.Field())
	line = node.Line + document.Line - 1
	switch {
	case p.line == 0:
		return line, node.Column
	case node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		// The text starts below its indicator.
		return line + p.line, 0
	}
	return line, node.Column
}

// An openDocument can tell where its fields are. It is read again for that, once and only
// if there is a problem in it, since reading with positions is slower.
type openDocument struct {
	Document
	root func() *yaml.Node
}

func openAt(document Document) *openDocument {
	return &openDocument{document, sync.OnceValue(func() *yaml.Node { return rootOf(document.Text) })}
}

func rootOf(text []byte) *yaml.Node {
	var document yaml.Node
	if err := yaml.Unmarshal(trimMarker(text), &document); err != nil || len(document.Content) == 0 {
		return nil
	}
	return document.Content[0]
}

// trimMarker blanks what starts a document, for a reader of one document.
func trimMarker(text []byte) []byte {
	if rest, ok := bytes.CutPrefix(text, []byte("---")); ok {
		return append([]byte("   "), rest...)
	}
	return text
}

func joined(prefix, field string) string {
	switch {
	case prefix == "" || field == "":
		return prefix + field
	case field[0] == '[':
		return prefix + field
	}
	return prefix + "." + field
}

// descend follows a field path as far as it goes.
func descend(node *yaml.Node, field string) *yaml.Node {
	steps, _ := rule.Steps(field)
	for _, step := range steps {
		next := child(node, step)
		if next == nil {
			break
		}
		for node = next; node.Kind == yaml.AliasNode; {
			node = node.Alias
		}
	}
	return node
}

func child(node *yaml.Node, step rule.Step) *yaml.Node {
	switch node.Kind {
	case yaml.SequenceNode:
		if step.Index >= 0 && step.Key == "" && step.Index < len(node.Content) {
			return node.Content[step.Index]
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step.Key && step.Index < 0 {
				return node.Content[i+1]
			}
		}
	}
	return nil
}
