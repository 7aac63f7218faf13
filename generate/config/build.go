package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/efgen/efgen/validate/rule"
)

// A builder turns the nodes of the YAML reader into ours. What an alias names is
// built once and shared, so that a file of nested aliases stays small.
type builder struct {
	source   *source
	building map[*yaml.Node]bool
	built    map[*yaml.Node]*node
	// stopped is true after a problem that leaves no tree to go on with.
	stopped bool
}

// build always returns a node, an empty one after a problem.
func (b *builder) build(from *yaml.Node, field string, depth int) *node {
	made := &node{size: 1, height: 1, at: b.place(from)}
	switch {
	case b.stopped:
		return made
	case depth > maxDepth:
		return b.stop(made.at, overBound, "", "more than %d levels", maxDepth)
	case from.Kind == yaml.AliasNode:
		return b.alias(from, field, depth)
	case !plainTag(from):
		b.source.add(notPlainYAML, made.at.position(), field, "leave the tag out", "the tag %s", from.Tag)
	}
	if from.Anchor != "" {
		b.building[from] = true
		defer delete(b.building, from)
		b.built[from] = made
	}
	switch from.Kind {
	case yaml.MappingNode:
		b.mapping(made, from, field, depth)
	case yaml.SequenceNode:
		made.kind = sequence
		for i, item := range from.Content {
			made.items = append(made.items, b.build(item, rule.Index(field, i), depth+1))
			made.grow(made.items[i])
		}
	default:
		made.text = from.Value
		if from.Style&notPlain == 0 {
			made.class = classify(from.Value)
		}
	}
	if made.size > maxNodes && !b.stopped {
		return b.stop(made.at, overBound, field, "more than %d values", maxNodes)
	}
	return made
}

// alias is what the anchor names, at the place of the alias itself: what is wrong
// with the whole value is wrong here, what is wrong inside is wrong there.
func (b *builder) alias(from *yaml.Node, field string, depth int) *node {
	at := b.place(from)
	if b.building[from.Alias] {
		return b.stop(at, overBound, field, "the alias *%s holds itself", from.Value)
	}
	target, ok := b.built[from.Alias]
	if !ok {
		target = b.build(from.Alias, field, depth)
	}
	if depth+int(target.height) > maxDepth+1 {
		return b.stop(at, overBound, "", "more than %d levels", maxDepth)
	}
	made := *target
	made.at = at
	return &made
}

// mapping fills made with the entries of a YAML mapping.
func (b *builder) mapping(made *node, from *yaml.Node, field string, depth int) {
	made.kind = mapping
	made.entries = make([]entry, 0, len(from.Content)/2)
	for i := 0; i+1 < len(from.Content); i += 2 {
		key, at := b.key(from.Content[i])
		value := b.build(from.Content[i+1], rule.Key(field, key), depth+1)
		if value.kind != scalar && value.at.line != at.line {
			// A block begins on the line of its key.
			value.at = at
		}
		if from.Content[i].Tag == "!!merge" {
			b.source.add(mergeKey, at.position(), field, "name files to start from in `extends`, and values for all applications in `defaults`",
				"the merge key <<")
			continue
		}
		made.entries = append(made.entries, entry{key: key, at: at, value: value})
	}
	slices.SortStableFunc(made.entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	made.entries = slices.CompactFunc(made.entries, func(again, kept entry) bool {
		if kept.key != again.key {
			return false
		}
		b.source.add(duplicateKey, again.at.position(), rule.Key(field, again.key), "remove one of the two",
			"the key stands here twice, first in line %d", kept.at.line)
		return true
	})
	for _, e := range made.entries {
		made.grow(e.value)
	}
}

// key is the text of a mapping key.
func (b *builder) key(from *yaml.Node) (string, place) {
	at := b.place(from)
	for from.Kind == yaml.AliasNode {
		from = from.Alias
	}
	if from.Kind != yaml.ScalarNode {
		b.stop(at, notPlainYAML, "", "want a text as a key, not a mapping or a list")
	}
	return from.Value, at
}

func (b *builder) place(from *yaml.Node) place {
	return place{file: b.source, line: int32(from.Line), column: int32(from.Column)}
}

// stop reports what makes the whole file unusable.
func (b *builder) stop(at place, broken rule.Rule, field, format string, args ...any) *node {
	b.stopped = true
	b.source.add(broken, at.position(), field, "", format, args...)
	return &node{size: 1, height: 1, at: at}
}

// notPlain are the styles that make a text of any scalar.
const notPlain = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle | yaml.TaggedStyle

// plainTag tells whether the node has no tag of its own, or one that only says
// what it is anyway.
func plainTag(n *yaml.Node) bool {
	return n.Style&yaml.TaggedStyle == 0 || n.Tag == "!!str" && n.Kind == yaml.ScalarNode
}
