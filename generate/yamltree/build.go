package yamltree

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/efgen/efgen/validate/rule"
)

// build turns a node of the YAML reader into one of ours, an empty one after a problem. Aliases
// share the value of their anchor, so that nested aliases need little memory.
func (p *parser) build(from *yaml.Node, field string, depth int) *Node {
	made := &Node{size: 1, height: 1, at: p.position(from)}
	switch {
	case p.stopped:
		return made
	case depth > maxDepth:
		return p.stop(made.at, OverBound, "", "more than %d levels", maxDepth)
	case from.Kind == yaml.AliasNode:
		return p.alias(from, field, depth)
	case !plainTag(from):
		p.Add(notPlainYAML, made.at, field, "leave the tag out", "the tag %s", from.Tag)
	}
	if from.Anchor != "" {
		p.building[from] = true
		defer delete(p.building, from)
		p.built[from] = made
	}
	switch from.Kind {
	case yaml.MappingNode:
		p.mapping(made, from, field, depth)
	case yaml.SequenceNode:
		made.kind = sequence
		for i, item := range from.Content {
			made.items = append(made.items, p.build(item, rule.Index(field, i), depth+1))
			made.grow(made.items[i])
		}
	default:
		made.text = from.Value
		if from.Style&notPlain == 0 {
			made.class = classify(from.Value)
		}
	}
	if made.size > MaxValues && !p.stopped {
		return p.stop(made.at, OverBound, field, "more than %d values", MaxValues)
	}
	return made
}

// alias is the value of the anchor at the position of the alias; values inside keep their own.
func (p *parser) alias(from *yaml.Node, field string, depth int) *Node {
	at := p.position(from)
	if p.building[from.Alias] {
		return p.stop(at, OverBound, field, "the alias *%s holds itself", from.Value)
	}
	target, ok := p.built[from.Alias]
	if !ok {
		target = p.build(from.Alias, field, depth)
	}
	if depth+int(target.height) > maxDepth+1 {
		return p.stop(at, OverBound, "", "more than %d levels", maxDepth)
	}
	made := *target
	made.at = at
	return &made
}

// mapping fills made with the entries of a YAML mapping.
func (p *parser) mapping(made *Node, from *yaml.Node, field string, depth int) {
	made.kind = mapping
	made.entries = make([]Entry, 0, len(from.Content)/2)
	for i := 0; i+1 < len(from.Content); i += 2 {
		key, at := p.key(from.Content[i])
		value := p.build(from.Content[i+1], rule.Key(field, key), depth+1)
		if value.kind != scalar && value.at.Line != at.Line {
			// A block begins on the line of its key.
			value.at = at
		}
		if from.Content[i].Tag == "!!merge" {
			p.Add(mergeKey, at, field, p.format.MergeKeyHint, "the merge key <<")
			continue
		}
		made.entries = append(made.entries, Entry{Key: key, Value: value, At: at})
	}
	slices.SortStableFunc(made.entries, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	made.entries = slices.CompactFunc(made.entries, func(again, kept Entry) bool {
		if kept.Key != again.Key {
			return false
		}
		p.Add(duplicateKey, again.At, rule.Key(field, again.Key), "remove one of the two",
			"the key stands here twice, first in line %d", kept.At.Line)
		return true
	})
	for _, e := range made.entries {
		made.grow(e.Value)
	}
}

// key is the text of a mapping key.
func (p *parser) key(from *yaml.Node) (string, rule.Position) {
	at := p.position(from)
	for from.Kind == yaml.AliasNode {
		from = from.Alias
	}
	if from.Kind != yaml.ScalarNode {
		p.stop(at, notPlainYAML, "", "want a text as a key, not a mapping or a list")
	}
	return from.Value, at
}

func (p *parser) position(from *yaml.Node) rule.Position { return p.at(from.Line, from.Column) }

// stop reports what makes the whole file unusable.
func (p *parser) stop(at rule.Position, broken rule.Rule, field, format string, args ...any) *Node {
	p.stopped = true
	p.Add(broken, at, field, "", format, args...)
	return &Node{size: 1, height: 1, at: at}
}

// notPlain are the styles in which every scalar is a text.
const notPlain = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle | yaml.TaggedStyle

// plainTag reports whether the node has no tag of its own, or one that only says what it is anyway.
func plainTag(n *yaml.Node) bool {
	return n.Style&yaml.TaggedStyle == 0 || n.Tag == "!!str" && n.Kind == yaml.ScalarNode
}
