package manifest

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Pattern is a regular expression that is compiled when it is first used, not at every start of efgen.
func Pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// variable matches what Kubernetes expands in a value: $(NAME).
var variable = Pattern(`\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)`)

// substitution matches what a node resolves in a value: ${NAME:-default}.
var substitution = Pattern(`\$\{([^}:]*)(:-([^}]*))?\}`)

// ExpandVariables fills in $(NAME) as Kubernetes does; what is not known stays as it is.
func ExpandVariables(value string, known map[string]string) string {
	if !strings.Contains(value, "$(") {
		return value
	}
	return variable().ReplaceAllStringFunc(value, func(ref string) string {
		if text, set := known[ref[len("$("):len(ref)-len(")")]]; set {
			return text
		}
		return ref
	})
}

// Variables are the names that Kubernetes would fill into a value, each once. $$(NAME) is
// the text itself.
func Variables(value string) (names []string) {
	if !strings.Contains(value, "$(") {
		return nil
	}
	for _, ref := range variable().FindAllStringSubmatch(strings.ReplaceAll(value, "$$", ""), -1) {
		if !slices.Contains(names, ref[1]) {
			names = append(names, ref[1])
		}
	}
	return names
}

// Substitute resolves ${NAME:-default} as a node does: by what is known, or else by the
// default. One without a value stays as it is.
func Substitute(value string, known map[string]string) string {
	if !strings.Contains(value, "${") {
		return value
	}
	return substitution().ReplaceAllStringFunc(value, func(ref string) string {
		parts := substitution().FindStringSubmatch(ref)
		if text, set := known[parts[1]]; set {
			return text
		}
		if parts[2] == "" {
			return ref
		}
		return parts[3]
	})
}

// ownText is what a value says itself: defaults included, references to other values not.
func ownText(value string) string {
	return strings.TrimSpace(substitution().ReplaceAllString(variable().ReplaceAllString(value, ""), "$3"))
}
