package config

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/efgen/efgen/validate/rule"
)

const (
	// maxBytes bounds an environment file: a hundred times what a large one holds.
	maxBytes = 1 << 20
	// maxDepth bounds the nesting of mappings and lists.
	maxDepth = 64
	// maxNodes bounds the values of one environment, aliases and defaults written
	// out for each of their uses.
	maxNodes = 100_000
)

// A source is one environment file, read and parsed. It never changes.
type source struct {
	// path is relative to the folder, display is what messages call it.
	path, display string
	// root is nil if the file could not be read.
	root     *node
	problems collector
}

// parse reads one YAML document into nodes. Whatever is wrong goes to s.problems.
func (s *source) parse(text []byte) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !s.checkCharacters(text) {
		return
	}
	document, ok := s.load(text)
	if !ok {
		return
	}
	b := builder{source: s, building: map[*yaml.Node]bool{}, built: map[*yaml.Node]*node{}}
	root := b.build(document, "", 1)
	switch {
	case b.stopped:
	case root.isNull():
		s.add("EF106", rule.Position{Line: 1, Column: 1}, "", "", "the file is empty")
	case root.kind != mapping:
		s.add("EF103", root.at.position(), "", "", "want a mapping, not %s", describe(root))
	default:
		s.root = root
	}
}

// load composes the only document of the file. The reader of YAML bounds its own
// recursion, and leaves aliases as they are.
func (s *source) load(text []byte) (*yaml.Node, bool) {
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err != nil {
		s.addSyntax(err)
		return nil, false
	}
	var first, second yaml.Node
	if err := loader.Load(&first); errors.Is(err, io.EOF) || err == nil && len(first.Content) == 0 {
		s.add("EF106", rule.Position{Line: 1, Column: 1}, "", "", "the file is empty")
		return nil, false
	} else if err != nil {
		s.addSyntax(err)
		return nil, false
	}
	if err := loader.Load(&second); err == nil {
		at := rule.Position{Line: second.Line, Column: second.Column}
		s.add("EF106", at, "", "write one environment per file", "a second document")
		return nil, false
	} else if !errors.Is(err, io.EOF) {
		s.addSyntax(err)
		return nil, false
	}
	return first.Content[0], true
}

// checkCharacters finds what no text file holds, and tabs that indent.
func (s *source) checkCharacters(text []byte) bool {
	for i, line := range bytes.Split(text, []byte("\n")) {
		if column, message, hint := badCharacter(line); column > 0 {
			s.add("EF106", rule.Position{Line: i + 1, Column: column}, "", hint, "%s", message)
			return false
		}
	}
	return true
}

// badCharacter finds the first character of a line that YAML does not allow, and
// a tab in front of everything else; its column is 0 if there is none.
func badCharacter(line []byte) (column int, message, hint string) {
	if bytes.HasPrefix(line, []byte("\t")) {
		return 1, "a tab cannot indent", "use spaces"
	}
	line = bytes.TrimSuffix(line, []byte("\r"))
	for column = 1; len(line) > 0; column++ {
		c, size := utf8.DecodeRune(line)
		switch {
		case c == utf8.RuneError && size <= 1:
			return column, "not UTF-8", "save the file as UTF-8"
		case c < ' ' && c != '\t', c >= 0x7f && c < 0xa0, c == 0x2028, c == 0x2029, c == 0xfeff, c == 0xfffe, c == 0xffff:
			return column, "the control character " + strconv.QuoteRuneToASCII(c), `write it as an escape in double quotes, or remove it`
		}
		line = line[size:]
	}
	return 0, "", ""
}

func (s *source) add(id string, at rule.Position, field, hint, format string, args ...any) {
	at.File = s.display
	s.problems.add(id, at, field, hint, format, args...)
}

func (s *source) addSyntax(err error) {
	at, message := rule.Position{Line: 1, Column: 1}, err.Error()
	if e, ok := errors.AsType[*yaml.LoadError](err); ok {
		message = e.Message
		if e.ContextMsg != "" {
			message = e.ContextMsg + ": " + message
		}
		if e.Mark.Line > 0 {
			at = rule.Position{Line: e.Mark.Line, Column: max(e.Mark.Column, 1)}
		}
	}
	id := "EF106"
	if strings.Contains(message, "exceeded max depth") {
		id, message = "EF107", "more than "+strconv.Itoa(maxDepth)+" levels"
	}
	s.add(id, at, "", "", "%s", message)
}

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
	made := &node{size: 1, height: 1, at: b.place(from), plain: true}
	switch {
	case b.stopped:
		return made
	case depth > maxDepth:
		return b.stop(made.at, "EF107", "", "more than %d levels", maxDepth)
	case from.Kind == yaml.AliasNode:
		return b.alias(from, field, depth)
	case !plainTag(from):
		b.source.add("EF106", made.at.position(), field, "leave the tag out", "the tag %s", from.Tag)
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
		made.plain = from.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) == 0
	}
	if made.size > maxNodes && !b.stopped {
		return b.stop(made.at, "EF107", field, "more than %d values", maxNodes)
	}
	return made
}

// alias is what the anchor names, at the place of the alias itself: what is wrong
// with the whole value is wrong here, what is wrong inside is wrong there.
func (b *builder) alias(from *yaml.Node, field string, depth int) *node {
	at := b.place(from)
	if b.building[from.Alias] {
		return b.stop(at, "EF107", field, "the alias *%s holds itself", from.Value)
	}
	target, ok := b.built[from.Alias]
	if !ok {
		target = b.build(from.Alias, field, depth)
	}
	if depth+int(target.height) > maxDepth+1 {
		return b.stop(at, "EF107", "", "more than %d levels", maxDepth)
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
			b.source.add("EF108", at.position(), field, "name files to start from in `extends`, and values for all applications in `defaults`",
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
		b.source.add("EF102", again.at.position(), rule.Key(field, again.key), "remove one of the two",
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
		b.stop(at, "EF106", "", "want a text as a key, not a mapping or a list")
	}
	return from.Value, at
}

func (b *builder) place(from *yaml.Node) place {
	return place{file: b.source, line: int32(from.Line), column: int32(from.Column)}
}

// stop reports what makes the whole file unusable.
func (b *builder) stop(at place, id, field, format string, args ...any) *node {
	b.stopped = true
	b.source.add(id, at.position(), field, "", format, args...)
	return &node{size: 1, height: 1, at: at, plain: true}
}

// plainTag tells whether the node has no tag of its own, or one that only says
// what it is anyway.
func plainTag(n *yaml.Node) bool {
	return n.Style&yaml.TaggedStyle == 0 || n.Tag == "!!str" && n.Kind == yaml.ScalarNode
}
