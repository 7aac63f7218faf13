package hocon

import "strings"

// member reads a key with its value into an object.
func (p *parser) member(object *Value) error {
	at := p.token
	path, err := p.path()
	if err != nil {
		return err
	}
	if err := p.descend(at, len(path)-1); err != nil {
		return err
	}
	defer func() { p.depth -= len(path) - 1 }()
	for _, key := range path[:len(path)-1] {
		object = object.child(key, at.place)
	}
	return p.assign(object, path[len(path)-1])
}

// assign reads a separator and a value. An object right after its key needs no
// separator, but stands alone then.
func (p *parser) assign(object *Value, key string) error {
	if err := p.skipLines(); err != nil {
		return err
	}
	read := p.value
	switch p.kind {
	case '{':
		read = p.object
	case '=', ':':
		if err := p.advanceTo(); err != nil {
			return err
		}
	default:
		return p.token.errorf("found %s after the key %.40q: write = and a value", p.token, key)
	}
	value, err := read()
	if err == nil {
		object.set(key, value)
	}
	return err
}

// path reads a key: texts side by side, whose dots lead into objects unless quoted.
func (p *parser) path() ([]string, error) {
	switch {
	case p.kind == unquoted:
		return nil, p.token.errorf("%.40s stands outside of quotation marks, where its dots would divide the key: write %.42q", p.text, p.text)
	case !p.isText():
		return nil, p.token.errorf("found %s where a key belongs", p.token)
	case p.kind == word && p.text == "include":
		return nil, p.token.errorf("a file that a node loads cannot include another: put its content here")
	}
	at, path := p.token, pathBuilder{}
	for first := true; p.isText(); first = false {
		if !first {
			path.key.WriteString(p.space)
		}
		path.add(p.text, p.kind == quoted)
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	path.endKey()
	if path.hasGap {
		return nil, at.errorf(`the key has a dot with nothing before or after it: write it in quotation marks`)
	}
	return path.keys, nil
}

type pathBuilder struct {
	keys []string
	key  strings.Builder
	// isQuoted lets the key that is being built be empty.
	isQuoted bool
	hasGap   bool
}

func (b *pathBuilder) add(text string, isQuoted bool) {
	if isQuoted {
		b.isQuoted = true
		b.key.WriteString(text)
		return
	}
	before, after, found := strings.Cut(text, ".")
	for ; found; before, after, found = strings.Cut(after, ".") {
		b.key.WriteString(before)
		b.endKey()
	}
	b.key.WriteString(before)
}

func (b *pathBuilder) endKey() {
	b.hasGap = b.hasGap || b.key.Len() == 0 && !b.isQuoted
	b.keys = append(b.keys, b.key.String())
	b.key.Reset()
	b.isQuoted = false
}
