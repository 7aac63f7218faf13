package hocon

import "strings"

// parser keeps one token of look-ahead.
type parser struct {
	lexer
	token
	depth int
}

func (p *parser) advance() (err error) {
	p.token, err = p.lexer.next()
	return err
}

func (p *parser) skipLines() error {
	for p.kind == '\n' {
		if err := p.advance(); err != nil {
			return err
		}
	}
	return nil
}

// advanceTo moves to the next token that is not the end of a line.
func (p *parser) advanceTo() error {
	if err := p.advance(); err != nil {
		return err
	}
	return p.skipLines()
}

// document reads an object with its braces or without.
func (p *parser) document() (*Value, error) {
	if err := p.advanceTo(); err != nil {
		return nil, err
	}
	root, err := p.root()
	if err == nil {
		err = p.skipLines()
	}
	if err == nil && p.kind != end {
		err = p.token.errorf("found %s after the end of the configuration", p.token)
	}
	if err != nil {
		return nil, err
	}
	return root, nil
}

func (p *parser) root() (*Value, error) {
	if p.kind == '{' {
		return p.object()
	}
	root := p.token.newValue(Object)
	return root, p.items(end, func() error { return p.member(root) })
}

// items reads up to the closing token what commas or line ends separate.
func (p *parser) items(closing kind, item func() error) error {
	for {
		if err := p.skipLines(); err != nil || p.kind == closing {
			return err
		}
		if err := item(); err != nil {
			return err
		}
		if err := p.separator(closing); err != nil {
			return err
		}
	}
}

func (p *parser) separator(closing kind) error {
	newLine := p.kind == '\n'
	if err := p.skipLines(); err != nil {
		return err
	}
	switch {
	case p.kind == ',':
		return p.advance()
	case newLine, p.kind == closing, p.kind == end:
		return nil
	}
	return p.token.errorf("found %s where a comma or a new line belongs", p.token)
}

// enclosed reads a list or an object with its brackets.
func (p *parser) enclosed(closing kind, item func() error) error {
	opening := p.token
	if err := p.descend(opening, 1); err != nil {
		return err
	}
	defer func() { p.depth-- }()
	if err := p.advance(); err != nil {
		return err
	}
	err := p.items(closing, func() error {
		if p.kind == end {
			return opening.errorf("the bracket is never closed: a %c is missing", closing)
		}
		return item()
	})
	if err != nil {
		return err
	}
	return p.advance()
}

func (p *parser) descend(at token, levels int) error {
	if p.depth += levels; p.depth > maxDepth {
		return at.errorf("nested deeper than %d levels", maxDepth)
	}
	return nil
}

func (p *parser) object() (*Value, error) {
	v := p.token.newValue(Object)
	return v, p.membersInto(v)
}

func (p *parser) membersInto(v *Value) error {
	return p.enclosed('}', func() error { return p.member(v) })
}

func (p *parser) list() (*Value, error) {
	v := p.token.newValue(List)
	return v, p.itemsInto(v)
}

func (p *parser) itemsInto(v *Value) error {
	return p.enclosed(']', func() error {
		item, err := p.value()
		v.Items = append(v.Items, item)
		return err
	})
}

// value joins what stands side by side on a line: texts, lists or objects.
func (p *parser) value() (*Value, error) {
	switch p.kind {
	case word, quoted, unquoted:
		return p.scalar()
	case '{':
		v, err := p.object()
		for err == nil && p.kind == '{' {
			err = p.membersInto(v)
		}
		return v, err
	case '[':
		v, err := p.list()
		for err == nil && p.kind == '[' {
			err = p.itemsInto(v)
		}
		return v, err
	}
	return nil, p.token.errorf("found %s where a value belongs", p.token)
}

func (p *parser) scalar() (*Value, error) {
	v, first, last := p.token.newValue(Text), p.token, p.token
	var text strings.Builder
	parts := 0
	for ; p.isText() || p.kind == unquoted; parts++ {
		if parts > 0 {
			text.WriteString(p.space)
		}
		text.WriteString(p.text)
		if p.kind == unquoted && v.open == "" {
			v.open = p.text
		}
		last = p.token
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if parts == 1 && first.kind == word && first.text == "null" {
		v.Kind = Null
		return v, nil
	}
	v.Text = text.String()
	v.multiLine = parts == 1 && first.multiLine
	if v.source = p.whole[first.start:last.end]; v.open == "" && !strings.Contains(v.source, "${") {
		v.source = ""
	}
	return v, nil
}

func (p *parser) isText() bool { return p.kind == word || p.kind == quoted }
