package quick

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/efgen/efgen/validate/manifest/decode"
)

// A node is a schema inside of a schema, with every keyword that the archive uses.
type node struct {
	// load gives the node that this one stands for, decoded when a value first reaches it.
	load func() *node

	// Beside Ref nothing counts, as in draft 4.
	Ref   string `json:"$ref"`
	Title string
	Types typeSet `json:"type"`
	Enum  scalars

	AllOf, AnyOf []*node
	Not          *node

	Format               *format
	MinLength, MaxLength *int
	Pattern              *pattern
	Minimum, Maximum     *float64

	MaxItems *int
	Items    *node

	Required   []string
	Properties map[string]*node
	Others     *others `json:"additionalProperties"`
}

func (n *node) target() *node {
	for n.load != nil {
		n = n.load()
	}
	return n
}

// decodeStrictly reads one schema. A keyword or a form that is not known is an error.
func decodeStrictly(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// others is what additionalProperties says of the fields that Properties does not name.
type others struct {
	// node judges them; nil if there may be none.
	node *node
}

// UnmarshalJSON takes false or a schema.
func (o *others) UnmarshalJSON(text []byte) error {
	if string(text) == "false" {
		return nil
	}
	o.node = &node{}
	return decodeStrictly(text, o.node)
}

// A format is the only one that the archive names.
type format string

const dateTime format = "date-time"

// UnmarshalText refuses every other format.
func (f *format) UnmarshalText(text []byte) error {
	if *f = format(text); *f != dateTime {
		return fmt.Errorf("the format %q is not known", text)
	}
	return nil
}

// A pattern is a regular expression, compiled when it is first needed.
type pattern struct {
	text     string
	compiled func() *regexp.Regexp
}

// UnmarshalText takes any text.
func (p *pattern) UnmarshalText(text []byte) error {
	p.text = string(text)
	p.compiled = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(p.text) })
	return nil
}

func (p *pattern) matches(text string) bool { return p.compiled().MatchString(text) }

// scalars are the values that an enum allows.
type scalars []any

// UnmarshalJSON refuses lists and objects.
func (s *scalars) UnmarshalJSON(text []byte) error {
	var values []any
	if err := json.Unmarshal(text, &values); err != nil {
		return err
	}
	for _, value := range values {
		switch value.(type) {
		case []any, map[string]any:
			return fmt.Errorf("an enum of %T is not known", value)
		}
	}
	*s = values
	return nil
}

func (s scalars) hold(value any) bool {
	switch v := value.(type) {
	case nil, string, bool, float64:
	case int64:
		value = float64(v)
	default:
		return false
	}
	return slices.Contains(s, value)
}

// A typeSet holds the types that a schema allows, a bit each.
type typeSet uint8

// typeNames are the names of types, in the order in which messages list them.
var typeNames = [...]string{"null", "boolean", "number", "integer", "string", "array", "object"}

const (
	nullType typeSet = 1 << iota
	booleanType
	numberType
	integerType
	stringType
	arrayType
	objectType
)

// typeOf is the type of a value; a number is never called an integer.
func typeOf(value any) typeSet {
	switch value.(type) {
	case nil:
		return nullType
	case bool:
		return booleanType
	case int64, float64:
		return numberType
	case string:
		return stringType
	case []any:
		return arrayType
	case map[string]any, decode.Mapping:
		return objectType
	}
	return 0
}

func (t typeSet) hold(value any) bool {
	if t&typeOf(value) != 0 {
		return true
	}
	if t&integerType == 0 {
		return false
	}
	switch v := value.(type) {
	case int64:
		return true
	case float64:
		return v == math.Trunc(v)
	}
	return false
}

func (t typeSet) names() (names []string) {
	for i, name := range typeNames {
		if t&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// UnmarshalJSON takes the name of a type, or a list of names.
func (t *typeSet) UnmarshalJSON(text []byte) error {
	var names []string
	if err := json.Unmarshal(text, &names); err != nil {
		names = []string{strings.Trim(string(text), `"`)}
	}
	for _, name := range names {
		i := slices.Index(typeNames[:], name)
		if i < 0 {
			return fmt.Errorf("the type %q is not known", name)
		}
		*t |= 1 << i
	}
	return nil
}
