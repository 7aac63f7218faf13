package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/efgen/efgen/validate/rule"
)

// maxText bounds what is shown of one text, in bytes. GitHub cuts annotations at
// 4096, and people do not read that much of a line.
const maxText = 2000

// Plain makes one harmless line of a text from outside: characters that a terminal or
// a log would act on are shown as Go escapes them, and a long text is cut. To a runner of GitHub Actions ##[ anywhere is a command.
func Plain(s string) string {
	whole := len(s)
	s = bounded(s)
	var b strings.Builder
	for rest := s; rest != ""; {
		c, size := utf8.DecodeRuneInString(rest)
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, rest[0])
		case unicode.IsPrint(c):
			b.WriteRune(c)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRune(c), "'"))
		}
		rest = rest[size:]
	}
	if len(s) < whole {
		fmt.Fprintf(&b, "… (%d bytes in all)", whole)
	}
	return strings.ReplaceAll(b.String(), "##[", `#\x23[`)
}

// bounded cuts a text where a character begins.
func bounded(s string) string {
	if len(s) <= maxText {
		return s
	}
	end := maxText
	for end > maxText-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// plain is the problem with all its texts made Plain.
func plain(p rule.Problem) rule.Problem {
	for _, text := range []*string{&p.Rule, &p.Environment, &p.File, &p.Field, &p.Manifest, &p.Message, &p.Hint} {
		*text = Plain(*text)
	}
	return p
}

// sentence is what is wrong where, and what to do about it, in one or two lines.
func sentence(p rule.Problem) string {
	p = plain(p)
	text := p.Message
	if p.Field != "" {
		text = p.Field + ": " + text
	}
	if p.Hint != "" {
		text += "\nhint: " + p.Hint
	}
	return text
}
