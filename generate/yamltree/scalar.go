package yamltree

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// scalarClass is what readers of YAML make of a plain scalar.
type scalarClass uint8

const (
	// textScalar is text to every reader.
	textScalar scalarClass = iota
	nullScalar
	boolScalar
	// wholeScalar is a whole number in the only form that YAML 1.1 and 1.2 agree on.
	wholeScalar
	// decimalScalar is a fraction in the form that they agree on.
	decimalScalar
	// ambiguousScalar is something else than text to some readers: yes, 0777, 1_000, 2026-12-31.
	ambiguousScalar
)

// lazily compiles a pattern on first use, so that programs that read no file start faster.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// ambiguous holds the forms of https://yaml.org/type/ (YAML 1.1) and of the core
// schema of YAML 1.2: booleans, whole numbers with sign, separators, base or
// sixties, fractions, dates, and the keys for merging and default values.
var ambiguous = lazily(`^([yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF` +
	`|[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)` +
	`|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?` +
	`|[-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?` +
	`|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)` +
	`|[0-9]{4}-[0-9]{2}-[0-9]{2}` +
	`|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?[ \t]*(Z|[-+][0-9]{1,2}(:?[0-9]{2})?)?` +
	`|=|<<)$`)

// classify says what a plain scalar is.
func classify(text string) scalarClass {
	if text != "" && !mayBeMoreThanText[text[0]] {
		return textScalar
	}
	switch text {
	case "", "~", "null", "Null", "NULL":
		return nullScalar
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return boolScalar
	}
	whole, fraction, isFraction := strings.Cut(text, ".")
	switch {
	case isWhole(whole) && !isFraction:
		return wholeScalar
	case isWhole(whole) && isDigits(fraction):
		return decimalScalar
	case ambiguous().MatchString(text):
		return ambiguousScalar
	}
	return textScalar
}

// inDecimal is a number that YAML 1.1 or 1.2 reads in base 8, as it is written in base 10.
func (n *Node) inDecimal() (number string, ok bool) {
	digits, _ := strings.CutPrefix(strings.TrimPrefix(n.text, "0"), "o")
	value, err := strconv.ParseInt(digits, 8, 64)
	return strconv.FormatInt(value, 10), err == nil && n.class == ambiguousScalar && n.text[0] == '0' && isDigits(digits)
}

func octalHint(n *Node, decimal string) string {
	return fmt.Sprintf("write %s, which is %s in decimal", decimal, n.text)
}

// isTrue is the value of a boolean.
func isTrue(n *Node) bool { return strings.EqualFold(n.text, "true") }

// isWhole reports whether a text is digits without a zero in front, perhaps negative.
func isWhole(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	return isDigits(digits) && (digits[0] != '0' || len(digits) == 1)
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// mayBeMoreThanText avoids the regular expression for most texts.
var mayBeMoreThanText = func() (first [256]bool) {
	for _, c := range []byte("0123456789+-.~=<yYnNtTfFoO") {
		first[c] = true
	}
	return first
}()
