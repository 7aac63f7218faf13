package config

import (
	"bytes"
	"errors"
	"io"
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
		s.add(notPlainYAML, rule.Position{Line: 1, Column: 1}, "", "", "the file is empty")
	case root.kind != mapping:
		s.add(wrongType, root.at.position(), "", "", "want a mapping, not %s", describe(root))
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
		s.add(notPlainYAML, rule.Position{Line: 1, Column: 1}, "", "", "the file is empty")
		return nil, false
	} else if err != nil {
		s.addSyntax(err)
		return nil, false
	}
	if err := loader.Load(&second); err == nil {
		at := rule.Position{Line: second.Line, Column: second.Column}
		s.add(notPlainYAML, at, "", "write one environment per file", "a second document")
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
			s.add(notPlainYAML, rule.Position{Line: i + 1, Column: column}, "", hint, "%s", message)
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

func (s *source) add(broken rule.Rule, at rule.Position, field, hint, format string, args ...any) {
	at.File = s.display
	s.problems.add(broken, at, field, hint, format, args...)
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
	broken := notPlainYAML
	if strings.Contains(message, "exceeded max depth") {
		broken, message = overBound, "more than "+strconv.Itoa(maxDepth)+" levels"
	}
	s.add(broken, at, "", "", "%s", message)
}
