package judge

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// A Library holds schemas of draft 4 that share definitions. What a value does not
// reach is never compiled, not even read: of the hundreds of definitions below a
// pod most manifests need a few dozen. It is safe for concurrent use.
type Library struct {
	text  func(definition string) string
	nodes sync.Map // by the name of the definition
}

// NewLibrary returns a Library whose definitions have the texts that the function
// gives. It must know all that are referred to, and every text must be a schema.
func NewLibrary(text func(definition string) string) *Library {
	return &Library{text: text}
}

// Schema is the one with that text.
func (l *Library) Schema(text string) *Schema { return &Schema{l.node(text)} }

// definitionPrefix begins every reference in the text of a Library.
const definitionPrefix = "#/definitions/"

func (l *Library) definition(reference string) *node {
	name, isDefinition := strings.CutPrefix(reference, definitionPrefix)
	if known, ok := l.nodes.Load(name); ok && isDefinition {
		return known.(*node)
	}
	later := &node{load: sync.OnceValue(func() *node { return l.node(l.text(name)) })}
	known, _ := l.nodes.LoadOrStore(name, later)
	return known.(*node)
}

func (l *Library) node(text string) *node {
	var source any
	c := &compiler{draft: draft4, definition: l.definition}
	if c.err = json.Unmarshal([]byte(text), &source); c.err == nil {
		if n := c.schema(source); c.err == nil {
			return n
		}
	}
	panic(fmt.Sprintf("the library holds what is no schema: %v: %.80s", c.err, text))
}
