package judge

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A reference is to be resolved when all of the text is known.
type reference struct {
	from *node
	text string
	path []string
}

// refer notes a reference of a schema.
func (c *compiler) refer(n *node, text string) {
	switch {
	case c.idle > 0:
	case c.definition != nil:
		n.refs = append(n.refs, c.definition(text))
	default:
		c.references = append(c.references, reference{n, text, slices.Clone(c.path)})
	}
}

// linkAll resolves the references of all that can be reached; what cannot may lead
// nowhere.
func (c *compiler) linkAll() {
	for len(c.references) > 0 {
		next := c.references[0]
		c.references = c.references[1:]
		c.link(next)
	}
}

func (c *compiler) link(from reference) {
	c.path = from.path
	target, err := c.find(from.text)
	if err != nil {
		c.fail("leads to %q, but %v", from.text, err)
		return
	}
	from.from.refs = append(from.from.refs, c.schema(target))
}

// find follows a reference into the text.
func (c *compiler) find(reference string) (any, error) {
	fragment, err := url.PathUnescape(strings.TrimPrefix(reference, "#"))
	if err != nil {
		return nil, err
	}
	if fragment != "" && fragment[0] != '/' {
		if source, known := c.anchors[fragment]; known {
			return source, nil
		}
		return nil, errors.New("no such anchor is there")
	}
	var at any = c.root
	for _, key := range strings.Split(fragment, "/")[1:] {
		if !isPointer("/" + key) {
			return nil, fmt.Errorf("%q is escaped wrongly", key)
		}
		key = strings.ReplaceAll(strings.ReplaceAll(key, "~1", "/"), "~0", "~")
		var found bool
		switch inside := at.(type) {
		case map[string]any:
			at, found = inside[key]
		case []any:
			i, err := strconv.Atoi(key)
			if found = err == nil && i >= 0 && i < len(inside); found {
				at = inside[i]
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no %q", key)
		}
	}
	return at, nil
}

// anchor gives a schema a name that references may use.
func (c *compiler) anchor(name string, source map[string]any) {
	if other, known := c.anchors[name]; known && reflect.ValueOf(other).Pointer() != reflect.ValueOf(source).Pointer() {
		c.fail("is %q, as that of another schema", name)
	}
	c.anchors[name] = source
}
