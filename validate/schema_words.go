package validate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// schemaSentence says what is wrong with a value. The title of the schema that
// refused it, if it has one, stands for its type and pattern; the value then
// stays out of the sentence, as it may be a Secret's.
func schemaSentence(fault jsonschema.ErrorKind, title string) string {
	switch k := fault.(type) {
	case *kind.Type:
		return fmt.Sprintf("is %s, must be %s", withArticle(k.Got), wantedTypes(k.Want, title))
	case *kind.Pattern:
		if title != "" {
			return "is not " + title
		}
		return fmt.Sprintf("%s does not match %s", valueText(k.Got), k.Want)
	case *kind.Enum:
		return fmt.Sprintf("is %s, must be %s", valueText(k.Got), allowedValues(k.Want))
	case *kind.Const:
		return fmt.Sprintf("is %s, must be %s", valueText(k.Got), valueText(k.Want))
	case *kind.Format:
		return fmt.Sprintf("%s is not a valid %s", valueText(k.Got), k.Want)
	case *kind.Minimum:
		return "must be at least " + k.Want.RatString()
	case *kind.Maximum:
		return "must be at most " + k.Want.RatString()
	case *kind.ExclusiveMinimum:
		return "must be more than " + k.Want.RatString()
	case *kind.ExclusiveMaximum:
		return "must be less than " + k.Want.RatString()
	case *kind.MinLength:
		return fmt.Sprintf("has %d characters, needs at least %d", k.Got, k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("has %d characters, may have at most %d", k.Got, k.Want)
	case *kind.MinItems:
		return fmt.Sprintf("has %d items, needs at least %d", k.Got, k.Want)
	case *kind.MaxItems:
		return fmt.Sprintf("has %d items, may have at most %d", k.Got, k.Want)
	case *kind.MinProperties:
		return fmt.Sprintf("has %d fields, needs at least %d", k.Got, k.Want)
	case *kind.MaxProperties:
		return fmt.Sprintf("has %d fields, may have at most %d", k.Got, k.Want)
	case *kind.UniqueItems:
		return fmt.Sprintf("items %d and %d are equal", k.Duplicates[0], k.Duplicates[1])
	case *kind.FalseSchema:
		return "must not be set"
	case *kind.Not:
		return "has a form that its schema excludes"
	}
	_, text, _ := strings.Cut((&jsonschema.ValidationError{ErrorKind: fault}).Error(), ": ")
	return text
}

// schemaHint says how to put a value right, where its type tells.
func schemaHint(fault jsonschema.ErrorKind) string {
	k, ok := fault.(*kind.Type)
	if ok && slices.Contains(k.Want, "string") && slices.Contains([]string{"boolean", "number", "integer"}, k.Got) {
		return "quote the value to make it a text"
	}
	return ""
}

// wantedTypes names the types that a value may have; null goes without saying.
func wantedTypes(types []string, title string) string {
	if title != "" {
		return title
	}
	var names []string
	for _, name := range types {
		if name != "null" || len(types) == 1 {
			names = append(names, withArticle(name))
		}
	}
	return strings.Join(names, " or ")
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

// allowedValues lists the values that an enum allows.
func allowedValues(values []any) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = valueText(value)
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return "one of " + strings.Join(texts, ", ")
}

// maxShown is how many bytes of a value a message shows.
const maxShown = 80

// valueText is a value as JSON, short enough for a message.
func valueText(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%q", fmt.Sprint(value))
	}
	if len(text) > maxShown {
		return strings.ToValidUTF8(string(text[:maxShown]), "") + "…"
	}
	return string(text)
}

// didYouMean is `, did you mean "replicas"?` if one of the names is near, and
// else empty.
func didYouMean(name string, names []string) string {
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
