package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// A draft is a version of JSON Schema, in the order of time.
type draft int

const (
	draft4 draft = iota
	draft6
	draft7
	draft2019
	draft2020
)

// draftOf is the draft that a schema says it follows; draft 4 if it says nothing.
func draftOf(schema map[string]any) draft {
	name, _ := schema["$schema"].(string)
	for d, mark := range []string{"draft-04/", "draft-06/", "draft-07/", "2019-09/", "2020-12/"} {
		if strings.Contains(name, mark) {
			return draft(d)
		}
	}
	return draft4
}

// Compile compiles the text of a JSON schema that refers to nothing outside of
// itself. An error names the place in the schema and what is wrong there.
func Compile(text []byte) (*Schema, error) {
	var source any
	if err := json.Unmarshal(text, &source); err != nil {
		return nil, err
	}
	root, isObject := source.(map[string]any)
	if !isObject {
		return nil, errors.New("is not an object")
	}
	c := &compiler{draft: draftOf(root), root: root, nodes: map[uintptr]*node{}, anchors: map[string]map[string]any{}}
	compiled := c.schema(root)
	if c.err == nil {
		c.linkAll()
	}
	if c.err != nil {
		return nil, c.err
	}
	return &Schema{compiled}, nil
}

// A compiler compiles one text. It goes on after a fault.
type compiler struct {
	draft draft
	root  map[string]any
	// nodes are the compiled schemas, by the identity of their source: two ways to
	// one schema lead to one node, by which endless references are noticed.
	nodes   map[uintptr]*node
	anchors map[string]map[string]any
	// idle is above zero where a schema is only checked for its form.
	idle       int
	references []reference
	// definition, if there is one, finds what references lead to.
	definition func(reference string) *node

	path []string
	// err is the fault whose place comes first, at failed.
	err    error
	failed string
}

func (c *compiler) fail(format string, args ...any) {
	if at := "/" + strings.Join(c.path, "/"); c.err == nil || at < c.failed {
		c.err, c.failed = fmt.Errorf("%s %s", at, fmt.Sprintf(format, args...)), at
	}
}

// within does what concerns a part of the schema at hand.
func (c *compiler) within(key string, do func()) {
	c.path = append(c.path, key)
	do()
	c.path = c.path[:len(c.path)-1]
}

// schema compiles any schema.
func (c *compiler) schema(source any) *node {
	switch source := source.(type) {
	case bool:
		if c.draft > draft4 {
			n := newNode()
			n.refused = !source
			return n
		}
	case map[string]any:
		return c.node(source)
	}
	want := "an object"
	if c.draft > draft4 {
		want = "a boolean or an object"
	}
	c.fail("is %s, must be %s", withArticle(typeOf(source).names()[0]), want)
	return newNode()
}

func newNode() *node {
	return &node{minLength: -1, maxLength: -1, minFields: -1, maxFields: -1, minItems: -1, maxItems: -1, minContains: -1, maxContains: -1}
}

func (c *compiler) node(source map[string]any) *node {
	reference, isText := source["$ref"].(string)
	if isText && c.definition != nil && len(source) == 1 {
		return c.definition(reference)
	}
	identity := reflect.ValueOf(source).Pointer()
	if n, known := c.nodes[identity]; known && c.idle == 0 {
		return n
	}
	n := newNode()
	if c.idle == 0 && c.nodes != nil {
		c.nodes[identity] = n
	}
	if isText && c.draft < draft2019 {
		c.within("$ref", func() { c.refer(n, reference) })
		c.beside(n, source)
		return n
	}
	for name, value := range source {
		if known, ok := keywords[name]; ok && known.since <= c.draft && c.draft <= known.until {
			c.within(name, func() { known.compile(object{c, source, n}, value) })
		}
	}
	return n
}

// beside checks what stands beside a reference. Before 2019 it counts for nothing,
// but kubeconform overlooks that for the keywords that came after draft 4: of these
// const has an effect, and references in the others must lead somewhere.
func (c *compiler) beside(n *node, source map[string]any) {
	ignored := newNode()
	for name, value := range source {
		known, ok := keywords[name]
		if !ok || known.since > c.draft || c.draft > known.until {
			continue
		}
		if known.since == draft4 {
			c.idle++
		}
		c.within(name, func() { known.compile(object{c, source, ignored}, value) })
		if known.since == draft4 {
			c.idle--
		}
	}
	n.constant = ignored.constant
}

// schemas compiles a list of schemas, which must not be empty.
func (c *compiler) schemas(value any) (nodes []*node) {
	list, isList := value.([]any)
	if !isList || len(list) == 0 {
		c.fail("must be a list of schemas")
	}
	for i, item := range list {
		c.within(strconv.Itoa(i), func() { nodes = append(nodes, c.schema(item)) })
	}
	return nodes
}

// schemaMap compiles schemas by name.
func (c *compiler) schemaMap(value any) map[string]*node {
	sources := c.fields(value)
	nodes := make(map[string]*node, len(sources))
	for name, source := range sources {
		c.within(name, func() { nodes[name] = c.schema(source) })
	}
	return nodes
}

func (c *compiler) fields(value any) map[string]any {
	fields, isObject := value.(map[string]any)
	if !isObject {
		c.fail("is %s, must be an object", withArticle(typeOf(value).names()[0]))
	}
	return fields
}
