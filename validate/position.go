package validate

import (
	"bytes"

	yaml "go.yaml.in/yaml/v4"

	"github.com/efgen/efgen/validate/rule"
)

// A locator finds the lines of problems. It reads a file again only if there is a
// problem in it, since reading with positions is slower.
type locator map[location]*yaml.Node

// A location is that of a document: its file, and the line where it starts.
type location struct {
	file *File
	line int
}

// position is the line and the column of a place in its file; a field that is
// not there has the position of its nearest ancestor. Zero is unknown.
func (l locator) position(at place) (line, column int) {
	if at.object == nil {
		return at.line, 0
	}
	o := at.object
	if at.field == "" && at.line > 0 {
		// What does not read has a line and no fields.
		return o.document.line + at.line - 1, 0
	}
	root := l.root(o)
	if root == nil {
		return o.document.line, 0
	}
	node := descend(root, joined(o.prefix, at.field))
	line = node.Line + o.document.line - 1
	switch {
	case at.line == 0:
		return line, node.Column
	case node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		// The text starts below its indicator.
		return line + at.line, 0
	}
	return line, node.Column
}

func (l locator) root(o *object) *yaml.Node {
	at := location{o.file, o.document.line}
	if node, read := l[at]; read {
		return node
	}
	var doc yaml.Node
	l[at] = nil
	if err := yaml.Unmarshal(trimMarker(o.document.text), &doc); err == nil && len(doc.Content) > 0 {
		l[at] = doc.Content[0]
	}
	return l[at]
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
