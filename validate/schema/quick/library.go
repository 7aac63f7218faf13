package quick

import (
	"fmt"
	"strings"
	"sync"
)

// A Library holds schemas that share definitions. What a value does not reach is never
// decoded, not even read: of the hundreds of definitions below a pod most manifests need
// a few dozen. It is safe for concurrent use.
type Library struct {
	text  func(definition string) string
	nodes sync.Map // by the name of the definition
}

// NewLibrary returns a Library whose definitions have the texts that the function gives.
// It must know all that are referred to, and every text must be a schema.
func NewLibrary(text func(definition string) string) *Library {
	return &Library{text: text}
}

// Schema is the one with that text. What the closed world does not know is a panic: a
// test decodes the whole archive.
func (l *Library) Schema(text string) *Schema { return &Schema{l.node(text)} }

func (l *Library) node(text string) *node {
	n := &node{}
	if err := decodeStrictly([]byte(text), n); err != nil {
		panic(fmt.Sprintf("the library holds what is no schema: %v: %.80s", err, text))
	}
	l.link(n)
	return n
}

// link makes the references below a node lead to their definitions.
func (l *Library) link(n *node) {
	if n.Ref != "" {
		n.load = sync.OnceValue(func() *node { return l.definition(strings.TrimPrefix(n.Ref, "#/definitions/")) })
		return
	}
	for _, field := range n.Properties {
		l.link(field)
	}
	for _, branch := range n.AllOf {
		l.link(branch)
	}
	for _, branch := range n.AnyOf {
		l.link(branch)
	}
	for _, part := range []*node{n.Not, n.Items} {
		if part != nil {
			l.link(part)
		}
	}
	if n.Others != nil && n.Others.node != nil {
		l.link(n.Others.node)
	}
}

func (l *Library) definition(name string) *node {
	if known, ok := l.nodes.Load(name); ok {
		return known.(func() *node)()
	}
	known, _ := l.nodes.LoadOrStore(name, sync.OnceValue(func() *node { return l.node(l.text(name)) }))
	return known.(func() *node)()
}
