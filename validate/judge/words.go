package judge

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// wrongType names the types that a value may have: by the schema's title, if it
// has one. Null goes without saying.
func (w *walk) wrongType(n *node, value any) bool {
	if w.quiet > 0 {
		return false
	}
	got := typeOf(value)
	w.fault("is %s, must be %s", withArticle(got.names()[0]), wantedTypes(n))
	if n.types&stringType != 0 && got&(booleanType|numberType) != 0 {
		w.faults[len(w.faults)-1].Hint = "quote the value to make it a text"
	}
	return false
}

func wantedTypes(n *node) string {
	if n.title != "" {
		return n.title
	}
	types := n.types
	if types != nullType {
		types &^= nullType
	}
	names := types.names()
	for i, name := range names {
		names[i] = withArticle(name)
	}
	return strings.Join(names, " or ")
}

// mismatch leaves the value out of its sentence if the schema has a title that
// says what is wanted: it may be a Secret's.
func (w *walk) mismatch(n *node, value string) bool {
	if n.title != "" {
		return w.fault("is not %s", n.title)
	}
	return w.fault("%s does not match %s", shown{value}, n.pattern.text)
}

func (w *walk) excluded(n *node) bool {
	if n.notNull {
		return w.fault("is null, must be set")
	}
	return w.fault("has a form that its schema excludes")
}

func (w *walk) unknownField(n *node, name string) bool {
	if w.quiet > 0 {
		return false
	}
	return w.faultAt(name, "unknown field%s", DidYouMean(name, slices.Sorted(maps.Keys(n.fields))))
}

// withArticle puts the article before the name of a JSON type.
func withArticle(name string) string {
	switch name {
	case "null":
		return "null"
	case "array":
		return "a list"
	case "integer", "object":
		return "an " + name
	}
	return "a " + name
}

// A choice is a list of allowed values.
type choice []any

func (c choice) String() string {
	texts := make([]string, len(c))
	for i, value := range c {
		texts[i] = shown{value}.String()
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return "one of " + strings.Join(texts, ", ")
}

// maxShown is how many bytes of a value a message shows.
const maxShown = 80

// decimal writes a number as people do.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// shown is a value as JSON, short enough for a message.
type shown struct{ value any }

func (s shown) String() string {
	text, err := json.Marshal(floats(s.value))
	if err != nil {
		return fmt.Sprintf("%q", fmt.Sprint(s.value))
	}
	if len(text) > maxShown {
		return strings.ToValidUTF8(string(text[:maxShown]), "") + "…"
	}
	return string(text)
}

// DidYouMean is `, did you mean "replicas"?` if one of the names is near, and
// else empty.
func DidYouMean(name string, names []string) string {
	best, distance := "", 1+len(name)/3
	for _, candidate := range names {
		if strings.EqualFold(candidate, name) {
			best = candidate
			break
		}
		if d := editDistance(name, candidate); d <= distance && (best == "" || d < distance) {
			best, distance = candidate, d
		}
	}
	if best == "" || len(name) > maxShown {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// editDistance counts the bytes to insert, drop, replace or swap with their
// neighbour to get from one name to the other.
func editDistance(a, b string) int {
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := slices.Repeat([]int{i}, len(b)+1)
		for j := 1; j <= len(b); j++ {
			same := 1
			if a[i-1] == b[j-1] {
				same = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+same)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
