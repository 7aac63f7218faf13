package blockyaml

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// cutKey cuts a line with a key into that and what is after its colon.
func cutKey(line string) (key, value string, ok bool) {
	if line == "" {
		return "", "", false
	}
	if line[0] == '"' {
		key, value, ok = unquote(line)
		value, colon := strings.CutPrefix(value, ":")
		return key, strings.TrimLeft(value, " "), ok && colon && endsKey(value) && len(line)-len(value) < maxKey
	}
	for at := 0; ; at++ {
		colon := strings.IndexByte(line[at:], ':')
		if colon < 0 {
			return "", "", false
		}
		if at += colon; endsKey(line[at+1:]) {
			read, ok := plain(line[:at])
			key, isText := read.(string)
			return key, strings.TrimLeft(line[at+1:], " "), ok && isText && at < maxKey
		}
	}
}

// endsKey reports whether a colon ends a key from what is after it, which is more than
// spaces if it is anything.
func endsKey(after string) bool {
	return after == "" || after[0] == ' ' && strings.TrimLeft(after, " ") != ""
}

// plain reads a plain scalar that is one line.
func plain(text string) (value any, ok bool) {
	if text == "" || text[0] < utf8.RuneSelf && !startsPlain[text[0]] || text[len(text)-1] == ' ' || text[len(text)-1] == ':' ||
		strings.Contains(text, ": ") || strings.Contains(text, " #") {
		return nil, false
	}
	switch c := text[0]; {
	case c >= '0' && c <= '9':
		return digits(text)
	case c == '-':
		option := strings.TrimPrefix(text[1:], "-")
		return text, option != "" && letters[option[0]]
	case c == '.':
		return text, strings.HasPrefix(strings.TrimPrefix(text[1:], "."), "/")
	}
	if len(text) > len("false") {
		return text, true
	}
	switch text {
	case "true":
		return true, true
	case "false":
		return false, true
	case "null":
		return nil, true
	}
	// Readers disagree about the letter case, and about these.
	switch strings.ToLower(text) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		return nil, false
	}
	return text, true
}

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

var letters = bytesOf(alphabet)

// startsPlain are the bytes that start most plain scalars.
var startsPlain = bytesOf(alphabet + "0123456789_/$(-.")

// ofNumbers are the bytes of what a reader may take for a number or a date.
var ofNumbers = bytesOf("0123456789abcdefABCDEFxXoOinINtTzZ+-.:_ ")

func bytesOf(text string) (in [256]bool) {
	for _, c := range []byte(text) {
		in[c] = true
	}
	return in
}

func inNumbers(text string) bool {
	for i := range len(text) {
		if !ofNumbers[text[i]] {
			return false
		}
	}
	return true
}

// digits reads what starts with a digit: a whole number as people write it, or a text
// that is no number in any way of writing those.
func digits(text string) (value any, ok bool) {
	if !inNumbers(text) {
		return text, true
	}
	// What is common besides: addresses, versions and hashes.
	dots, others, exponents := 0, 0, 0
	for _, c := range []byte(text) {
		switch {
		case c >= '0' && c <= '9':
		case c == '.':
			dots++
		case c == 'e':
			exponents++
		case c >= 'a' && c <= 'f':
			others++
		default:
			return nil, false
		}
	}
	if dots+others+exponents == 0 {
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil && (text == "0" || text[0] != '0')
	}
	return text, (dots > 1 || others > 0) && !strings.HasPrefix(text, "0b")
}

// unquote reads a scalar in double quotes that is one line, and what is after it.
func unquote(text string) (value, after string, ok bool) {
	rest := text[1:]
	end := strings.IndexAny(rest, `"\`)
	if end >= 0 && rest[end] == '"' {
		return rest[:end], rest[end+1:], true
	}
	var whole strings.Builder
	for ; end >= 0; end = strings.IndexAny(rest, `"\`) {
		whole.WriteString(rest[:end])
		if rest[end] == '"' {
			return whole.String(), rest[end+1:], true
		}
		if len(rest) == end+1 {
			break
		}
		switch escaped := rest[end+1]; escaped {
		case '"', '\\':
			whole.WriteByte(escaped)
		case 'n':
			whole.WriteByte('\n')
		case 't':
			whole.WriteByte('\t')
		default:
			return "", "", false
		}
		rest = rest[end+2:]
	}
	return "", "", false
}

// readBlock reads a literal block by its header, without the bar, and leaves it.
func (r *reader) readBlock(header string, column int) any {
	width, chomp, ok := cutHeader(header)
	if !ok {
		return r.giveUp()
	}
	if width > 0 {
		width += column
	} else if width = spaces(r.rest); width <= column || r.rest[width] == '\n' || r.rest[width] == '\t' {
		return r.giveUp()
	}
	text := r.blockText(width, chomp)
	if text == "" {
		return r.giveUp()
	}
	r.next()
	if r.indent > column {
		return r.giveUp()
	}
	return text
}

// blockText joins the lines of a block, and is empty if none of them has a text.
func (r *reader) blockText(width int, chomp byte) string {
	var text strings.Builder
	blank := 0 // lines since the last that is not
	for r.rest != "" {
		line, rest, _ := strings.Cut(r.rest, "\n")
		if n := spaces(line); n < width && n < len(line) {
			break
		}
		r.rest = rest
		if len(line) <= width {
			blank++
			continue
		}
		text.WriteString(strings.Repeat("\n", blank))
		text.WriteString(line[width:])
		blank = 1
	}
	switch {
	case text.Len() == 0 || chomp == '-':
	case chomp == '+':
		text.WriteString(strings.Repeat("\n", blank))
	default:
		text.WriteByte('\n')
	}
	return text.String()
}

// spaces counts those at the start.
func spaces(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }

// cutHeader reads the indentation of a block, 0 if its first line tells, and what becomes
// of its last line ends.
func cutHeader(header string) (width int, chomp byte, ok bool) {
	for _, c := range []byte(header) {
		switch {
		case (c == '-' || c == '+') && chomp == 0:
			chomp = c
		case c >= '1' && c <= '9' && width == 0:
			width = int(c - '0')
		default:
			return 0, 0, false
		}
	}
	return width, chomp, true
}
