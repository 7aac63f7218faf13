package judge

import (
	"encoding/json"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"sync"
	"unicode/utf8"
)

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
	case map[string]any:
		return objectType
	}
	return 0
}

func (t typeSet) holds(value any) bool {
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

// number judges a number. Like any reader of JSON that knows no integers, it sees
// what a float64 holds of it.
func (w *walk) number(n *node, v float64) bool {
	fits := true
	if n.minimum != nil && v < *n.minimum {
		fits = w.fault("must be at least %s", decimal(*n.minimum))
	}
	if n.maximum != nil && v > *n.maximum {
		fits = w.fault("must be at most %s", decimal(*n.maximum))
	}
	if n.above != nil && v <= *n.above {
		fits = w.fault("must be more than %s", decimal(*n.above))
	}
	if n.beneath != nil && v >= *n.beneath {
		fits = w.fault("must be less than %s", decimal(*n.beneath))
	}
	if n.multipleOf != nil && !isMultiple(v, *n.multipleOf) {
		fits = w.fault("must be a multiple of %s", decimal(*n.multipleOf))
	}
	return fits
}

// isMultiple takes both numbers as they are written: 0.3 is three times 0.1.
func isMultiple(value, of float64) bool {
	return new(big.Rat).Quo(rational(value), rational(of)).IsInt()
}

func rational(v float64) *big.Rat {
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
	return r
}

func (w *walk) text(n *node, v string) bool {
	fits := true
	if n.minLength >= 0 || n.maxLength >= 0 {
		length := utf8.RuneCountInString(v)
		if n.minLength >= 0 && length < n.minLength {
			fits = w.fault("has %d characters, needs at least %d", length, n.minLength)
		}
		if n.maxLength >= 0 && length > n.maxLength {
			fits = w.fault("has %d characters, may have at most %d", length, n.maxLength)
		}
	}
	if n.pattern != nil && !n.pattern.matches(v) {
		fits = w.mismatch(n, v)
	}
	return fits
}

// A pattern is a regular expression, compiled when it is first needed.
type pattern struct {
	text     string
	compiled func() (*regexp.Regexp, error)
}

func newPattern(text string) *pattern {
	return &pattern{text, sync.OnceValues(func() (*regexp.Regexp, error) { return regexp.Compile(text) })}
}

func (p *pattern) matches(text string) bool {
	compiled, err := p.compiled()
	return err == nil && compiled.MatchString(text)
}

// equal reports whether two values are the same JSON.
func equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, value := range a {
			if other, ok := b[name]; !ok || !equal(value, other) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case int64:
		return equal(float64(a), b)
	case float64:
		if whole, ok := b.(int64); ok {
			return a == float64(whole)
		}
	}
	return a == b
}

// duplicates finds the first item that equals an earlier one, and that one.
func duplicates(items []any) (first, second int, found bool) {
	if len(items) < 2 {
		return 0, 0, false
	}
	seen := make(map[string]int, len(items))
	for i, item := range items {
		text := canonical(item)
		if earlier, twice := seen[text]; twice {
			return earlier, i, true
		}
		seen[text] = i
	}
	return 0, 0, false
}

// canonical is the same text for equal values.
func canonical(value any) string {
	text, _ := json.Marshal(floats(value)) // what JSON was decoded to can be encoded
	return string(text)
}

// floats makes every number of a value a float64, and zero have no sign.
func floats(value any) any {
	switch v := value.(type) {
	case map[string]any:
		fields := make(map[string]any, len(v))
		for name, field := range v {
			fields[name] = floats(field)
		}
		return fields
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = floats(item)
		}
		return items
	case int64:
		return float64(v)
	case float64:
		return v + 0
	}
	return value
}
