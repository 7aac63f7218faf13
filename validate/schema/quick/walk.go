package quick

import (
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schema/words"
)

// A walk judges one document.
type walk struct {
	path []rule.Step
	// quiet is above zero while only the verdict counts.
	quiet  int
	faults []words.Fault
}

// below judges a value inside of the value at hand.
func (w *walk) below(n *node, value any, at rule.Step) bool {
	w.path = append(w.path, at)
	fits := w.judge(n, value)
	w.path = w.path[:len(w.path)-1]
	return fits
}

// silently judges without finding faults.
func (w *walk) silently(n *node, value any) bool {
	w.quiet++
	defer func() { w.quiet-- }()
	return w.judge(n, value)
}

// at is the field path of the value at hand.
func (w *walk) at() (path string) {
	for _, step := range w.path {
		if step.Key == "" && step.Index >= 0 {
			path = rule.Index(path, step.Index)
		} else {
			path = rule.Key(path, step.Key)
		}
	}
	return path
}

// fault notes what is wrong with the value at hand, and is false. What describes it is
// not asked while only the verdict counts.
func (w *walk) fault(describe func(at string) words.Fault) bool {
	if w.quiet == 0 {
		fault := describe(w.at()) // which may take faults away
		w.faults = append(w.faults, fault)
	}
	return false
}

func (w *walk) wrongType(n *node, value any) bool {
	return w.fault(func(at string) words.Fault {
		return words.WrongType(at, typeOf(value).names()[0], n.Types.names(), n.Title)
	})
}

func (w *walk) notOneOf(n *node, value any) bool {
	return w.fault(func(at string) words.Fault { return words.NotOneOf(at, value, n.Enum) })
}

func (w *walk) malformed(value string) bool {
	return w.fault(func(at string) words.Fault { return words.Malformed(at, value, string(dateTime)) })
}

func (w *walk) length(n *node, value string) bool {
	length, fits := utf8.RuneCountInString(value), true
	if n.MinLength != nil && length < *n.MinLength {
		fits = w.fault(func(at string) words.Fault { return words.TooFew(at, length, "characters", *n.MinLength) })
	}
	if n.MaxLength != nil && length > *n.MaxLength {
		fits = w.tooMany(length, "characters", *n.MaxLength)
	}
	return fits
}

func (w *walk) mismatch(n *node, value string) bool {
	return w.fault(func(at string) words.Fault { return words.Mismatch(at, value, n.Pattern.text, n.Title) })
}

func (w *walk) tooSmall(n *node) bool {
	return w.fault(func(at string) words.Fault { return words.TooSmall(at, *n.Minimum) })
}

func (w *walk) tooLarge(n *node) bool {
	return w.fault(func(at string) words.Fault { return words.TooLarge(at, *n.Maximum) })
}

func (w *walk) tooMany(count int, what string, most int) bool {
	return w.fault(func(at string) words.Fault { return words.TooMany(at, count, what, most) })
}

func (w *walk) missing(name string) bool {
	return w.fault(func(at string) words.Fault { return words.Missing(at, name) })
}

func (w *walk) unknown(n *node, name string) bool {
	return w.fault(func(at string) words.Fault { return words.Unknown(at, name, slices.Sorted(maps.Keys(n.Properties))) })
}

func (w *walk) excluded(n *node) bool {
	return w.fault(func(at string) words.Fault { return words.Excluded(at, n.Not.Types == nullType) })
}

// noAlternative makes one fault of those since before.
func (w *walk) noAlternative(before int) bool {
	return w.fault(func(at string) words.Fault {
		reasons := slices.Clone(w.faults[before:])
		w.faults = w.faults[:before]
		return words.NoAlternative(at, reasons)
	})
}
