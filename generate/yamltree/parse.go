package yamltree

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
	// maxDepth bounds the nesting of mappings and lists.
	maxDepth = 64
	// MaxValues bounds the values of one tree, with those that aliases repeat.
	MaxValues = 100_000
)

// A Format holds the hints for files of one format. They may be empty.
type Format struct {
	// MergeKeyHint says what to write instead of a merge key.
	MergeKeyHint string
	// SecondDocumentHint tells where to write a second document instead.
	SecondDocumentHint string
}

// Parse reads one YAML document, a mapping. The node is nil if a problem leaves no tree.
func (f Format) Parse(name string, text []byte) (*Node, []rule.Problem) {
	p := &parser{format: f, file: name, Collector: NewCollector(nil), building: map[*yaml.Node]bool{}, built: map[*yaml.Node]*Node{}}
	root := p.parse(bytes.TrimPrefix(text, []byte("\ufeff")))
	return root, p.Problems()
}

// A parser reads one file.
type parser struct {
	*Collector
	format Format
	file   string
	// built holds what anchors name, and building what is not complete yet.
	built    map[*yaml.Node]*Node
	building map[*yaml.Node]bool
	// stopped is true after a problem that leaves no tree to go on with.
	stopped bool
}

func (p *parser) parse(text []byte) *Node {
	if !p.checkCharacters(text) {
		return nil
	}
	document := p.load(text)
	if document == nil {
		return nil
	}
	root := p.build(document, "", 1)
	switch {
	case p.stopped:
	case root.IsNull():
		p.addEmpty()
	case root.kind != mapping:
		p.Add(wrongType, root.at, "", "", "want a mapping, not %s", root.Describe())
	default:
		return root
	}
	return nil
}

// at is a position in the file.
func (p *parser) at(line, column int) rule.Position {
	return rule.Position{File: p.file, Line: line, Column: column}
}

// load returns the only document, nil after a problem. The YAML reader bounds its own recursion.
func (p *parser) load(text []byte) *yaml.Node {
	var first, second yaml.Node
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err == nil {
		err = loader.Load(&first)
	}
	if errors.Is(err, io.EOF) || err == nil && len(first.Content) == 0 {
		p.addEmpty()
		return nil
	}
	if err == nil {
		err = loader.Load(&second)
	}
	switch {
	case err == nil:
		p.Add(notPlainYAML, p.at(second.Line, second.Column), "", p.format.SecondDocumentHint, "a second document")
	case errors.Is(err, io.EOF):
		return first.Content[0]
	default:
		p.addSyntax(err)
	}
	return nil
}

// checkCharacters reports the first forbidden character.
func (p *parser) checkCharacters(text []byte) bool {
	for i, line := range bytes.Split(text, []byte("\n")) {
		if column, message, hint := badCharacter(line); column > 0 {
			p.Add(notPlainYAML, p.at(i+1, column), "", hint, "%s", message)
			return false
		}
	}
	return true
}

// badCharacter finds the first character of a line that YAML forbids, or a leading tab; column 0 is none.
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

func (p *parser) addEmpty() {
	p.Add(notPlainYAML, p.at(1, 1), "", "", "the file is empty")
}

// addSyntax reports what the reader of YAML says.
func (p *parser) addSyntax(err error) {
	broken, at, message := notPlainYAML, p.at(1, 1), err.Error()
	if e, ok := errors.AsType[*yaml.LoadError](err); ok {
		message = e.Message
		if e.ContextMsg != "" {
			message = e.ContextMsg + ": " + message
		}
		if e.Mark.Line > 0 {
			at = p.at(e.Mark.Line, max(e.Mark.Column, 1))
		}
	}
	if strings.Contains(message, "exceeded max depth") {
		broken, message = OverBound, "more than "+strconv.Itoa(maxDepth)+" levels"
	}
	p.Add(broken, at, "", "", "%s", message)
}
