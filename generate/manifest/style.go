package manifest

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// longText is how many bytes of text that needs quotes are easier to read as a block.
const longText = 80

// A style is how a text stands in YAML.
type style int

const (
	plain style = iota
	quoted
	block
)

// styleOf chooses the style in which every YAML 1.1 or 1.2 reader finds the text s
// again: plain if it can be, else a block for long or multi-line text that a block
// carries, else quoted. s is valid UTF-8.
func styleOf(s string) style {
	switch {
	case isOtherType(s):
		return quoted
	case isName(s):
		return plain
	}
	multiline, special := false, startsLikeSyntax(s)
	var previous rune
	for _, r := range s {
		switch {
		case r == '\n':
			// No line of a manifest ends with a space.
			if previous == ' ' || previous == '\t' {
				return quoted
			}
			multiline = true
		case r == '\t', r == '#' && previous == ' ', r == ' ' && previous == ':':
			special = true
		case !isPrintable(r):
			return quoted
		}
		previous = r
	}
	switch {
	case !multiline && !special && previous != ' ' && previous != ':':
		return plain
	case (multiline || len(s) > longText) && fitsBlock(s):
		return block
	}
	return quoted
}

// isName reports whether s is made like names, versions and paths, as most texts are: of
// bytes without a meaning in YAML, the first one a letter or a slash.
func isName(s string) bool {
	if c := s[0]; !inNames[c] || c >= '0' && c <= '9' || c == '-' || c == '.' {
		return false
	}
	return madeOf(s, &inNames)
}

var inNames = bytesOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-")

// startsLikeSyntax reports whether a plain scalar cannot start as s does (YAML 1.2.2,
// 7.3.3): with a space, an indicator, or one of -?: that nothing follows.
func startsLikeSyntax(s string) bool {
	switch s[0] {
	case '-', '?', ':':
		return len(s) == 1 || s[1] == ' ' || strings.HasPrefix(s, "---")
	}
	return strings.IndexByte(" ,[]{}#&*!|>'\"%@`", s[0]) >= 0 || strings.HasPrefix(s, "...")
}

// fitsBlock reports whether a block can carry the line ends and first and last
// characters of s. libyaml and its kin refuse a tab before the first text, and
// disagree about blocks of nothing but line ends.
func fitsBlock(s string) bool {
	start := strings.TrimLeft(s, "\n")
	return start != "" && start[0] != '\t' && !strings.HasSuffix(s, " ") && !strings.HasSuffix(s, "\t")
}

// isPrintable reports whether a reader takes r as it is and as no line break:
// NEL, LS and PS are line breaks in YAML 1.1, the BOM is dropped by some.
func isPrintable(r rune) bool {
	switch {
	case r < 0x7f:
		return r >= ' '
	case r == 0x2028 || r == 0x2029 || r == 0xfeff:
		return false
	}
	return r >= 0xa0 && r != 0xfffe && r != 0xffff
}

// words are the plain scalars that stand for something else than themselves.
var words = []string{"~", "null", "y", "yes", "n", "no", "true", "false", "on", "off", "=", "<<"}

// number matches what YAML 1.1 or 1.2 readers take for a number once digits are no
// longer grouped by _ (or, in Ruby, by a comma).
var number = matching(`^(?i)[-+]?(` +
	`0b[01]+|0o?[0-7]+|0x[0-9a-f]+|` +
	`([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?|` +
	`[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?|` + // base 60
	`\.inf|\.nan)$`)

// timestamp matches dates, with a time or without.
var timestamp = matching(`^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}` +
	`(([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]*)?[ \t]*(Z|[-+][0-9]{1,2}(:?[0-9]{2})?)?)?$`)

// matching compiles a pattern at its first use: most commands write no manifest.
func matching(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

var ungroup = strings.NewReplacer("_", "", ",", "")

// isOtherType reports whether a reader takes s for null, a boolean, a number, a date
// or a merge key. Letter case does not matter: some readers go beyond the three
// spellings of the specification.
func isOtherType(s string) bool {
	switch {
	case s == "":
		return true
	case s[0] >= '0' && s[0] <= '9', s[0] == '+', s[0] == '-', s[0] == '.':
		return madeOf(s, &inNumbers) && (number().MatchString(ungroup.Replace(s)) || timestamp().MatchString(s))
	}
	return len(s) <= len("false") && slices.Contains(words, strings.ToLower(s))
}

// inNumbers are the bytes of numbers and timestamps; they avoid the regular
// expressions for quantities, addresses and most other texts.
var inNumbers = bytesOf("0123456789abcdefABCDEFxXoOinINtTzZ+-.,:_ \t")

func bytesOf(text string) (in [256]bool) {
	for _, c := range []byte(text) {
		in[c] = true
	}
	return in
}

func madeOf(s string, of *[256]bool) bool {
	for i := range len(s) {
		if !of[s[i]] {
			return false
		}
	}
	return true
}

const hexDigits = "0123456789abcdef"

// appendQuoted writes s in double quotes, as a JSON string is written.
func appendQuoted(out []byte, s string) []byte {
	out = append(out, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '\n':
			out = append(out, `\n`...)
		case r == '\t':
			out = append(out, `\t`...)
		case r == '\r':
			out = append(out, `\r`...)
		case isPrintable(r):
			out = append(out, string(r)...)
		default:
			// Everything that is not printable is below U+10000.
			out = append(out, '\\', 'u', hexDigits[r>>12], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
		}
	}
	return append(out, '"')
}
