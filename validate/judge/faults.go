package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// fault notes what is wrong with the value at hand, and is false.
func (w *walk) fault(format string, args ...any) bool {
	if w.quiet == 0 {
		w.faults = append(w.faults, Fault{Field: w.at(), Message: fmt.Sprintf(format, args...)})
	}
	return false
}

// faultAt notes what is wrong with a field of the value at hand, and is false.
func (w *walk) faultAt(field, format string, args ...any) bool {
	if w.quiet == 0 {
		w.faults = append(w.faults, Fault{Field: rule.Key(w.at(), field), Message: fmt.Sprintf(format, args...)})
	}
	return false
}

// at is the field path of the value at hand.
func (w *walk) at() string {
	path := ""
	for _, step := range w.path[1:] {
		if step.key == "" && step.index >= 0 {
			path = rule.Index(path, step.index)
		} else {
			path = rule.Key(path, step.key)
		}
	}
	return path
}

// noAlternative makes one fault of those since before: the reasons why no branch
// took the value.
func (w *walk) noAlternative(before int) bool {
	if w.quiet > 0 {
		return false
	}
	var reasons []string
	for _, f := range w.faults[before:] {
		reasons = append(reasons, strings.TrimPrefix(f.Field+": "+f.Message, ": "))
	}
	slices.Sort(reasons)
	w.faults = w.faults[:before]
	return w.fault("fits none of the alternatives: %s", strings.Join(slices.Compact(reasons), "; "))
}
