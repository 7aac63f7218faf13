// Package words says what is wrong with a value that does not fit its schema: the same
// sentences whoever judged.
package words

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// A Fault is one thing that is wrong with a value.
type Fault struct {
	// Field is the path of the field that is wrong, or missing.
	Field         string
	Message, Hint string
}

// At is a Fault of a field without a hint.
func At(field, format string, args ...any) Fault {
	return Fault{Field: field, Message: fmt.Sprintf(format, args...)}
}

// WrongType says what a value is, and which types it may have: by the schema's title, if
// it has one. Types are those of JSON Schema; null goes without saying.
func WrongType(field, got string, types []string, title string) Fault {
	wanted := title
	if wanted == "" {
		wanted = list(types)
	}
	fault := At(field, "is %s, must be %s", WithArticle(got), wanted)
	if slices.Contains(types, "string") && (got == "boolean" || got == "number") {
		fault.Hint = "quote the value to make it a text"
	}
	return fault
}

func list(types []string) string {
	if len(types) > 1 {
		types = slices.DeleteFunc(slices.Clone(types), func(name string) bool { return name == "null" })
	}
	var names []string
	for _, name := range types {
		names = append(names, WithArticle(name))
	}
	return strings.Join(names, " or ")
}

// WithArticle puts the article before the name of a JSON type.
func WithArticle(name string) string {
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

// NotOneOf lists the values that are allowed.
func NotOneOf(field string, value any, allowed []any) Fault {
	texts := make([]string, len(allowed))
	for i, one := range allowed {
		texts[i] = Shown(one)
	}
	choice := strings.Join(texts, ", ")
	if len(texts) > 1 {
		choice = "one of " + choice
	}
	return At(field, "is %s, must be %s", Shown(value), choice)
}

// Malformed is a text that lacks the form with that name.
func Malformed(field string, value any, format string) Fault {
	return At(field, "%s is not a valid %s", Shown(value), format)
}

// Mismatch leaves the value out of its sentence if the schema has a title that says what
// is wanted: it may be a Secret's.
func Mismatch(field string, value any, pattern, title string) Fault {
	if title != "" {
		return At(field, "is not %s", title)
	}
	return At(field, "%s does not match %s", Shown(value), pattern)
}

// TooSmall and TooLarge are for numbers.
func TooSmall(field string, least float64) Fault {
	return At(field, "must be at least %s", Decimal(least))
}

// TooLarge is the other end of TooSmall.
func TooLarge(field string, most float64) Fault {
	return At(field, "must be at most %s", Decimal(most))
}

// TooFew and TooMany count characters, items or fields.
func TooFew(field string, count int, what string, least int) Fault {
	return At(field, "has %d %s, needs at least %d", count, what, least)
}

// TooMany is the other end of TooFew.
func TooMany(field string, count int, what string, most int) Fault {
	return At(field, "has %d %s, may have at most %d", count, what, most)
}

// Missing is for a required field of the value at a path.
func Missing(path, name string) Fault {
	return At(rule.Key(path, name), "required field is missing")
}

// Unknown is for a field, of the value at a path, that none of the known names is.
func Unknown(path, name string, known []string) Fault {
	return At(rule.Key(path, name), "unknown field%s", DidYouMean(name, known))
}

// Excluded is for a value that fits what it must not fit, which may be just null.
func Excluded(field string, null bool) Fault {
	if null {
		return At(field, "is null, must be set")
	}
	return At(field, "has a form that its schema excludes")
}

// NoAlternative makes one Fault of the reasons why no alternative took a value.
func NoAlternative(field string, reasons []Fault) Fault {
	var texts []string
	for _, reason := range reasons {
		texts = append(texts, strings.TrimPrefix(reason.Field+": "+reason.Message, ": "))
	}
	slices.Sort(texts)
	return At(field, "fits none of the alternatives: %s", strings.Join(slices.Compact(texts), "; "))
}

// Decimal writes a number as people do.
func Decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// DidYouMean is `, did you mean "replicas"?` if one of the names is near, and else empty.
func DidYouMean(name string, names []string) string {
	near := rule.Nearest(name, names)
	if near == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", near)
}
