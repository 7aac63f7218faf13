package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/validate/rule"
)

// hostile is what somebody may write into a file, or call it, to be read as
// more than a text.
var hostile = map[string]string{
	"script":             `<script>alert(1)</script>`,
	"backticks":          "` `` ``` x `",
	"command":            "::error::owned",
	"command in a line":  "fine\n::set-env name=PATH::/tmp\r\n  ::stop-commands::x",
	"old command":        "it is ##[error]owned",
	"escaped command":    "%0A::error::owned%25",
	"properties":         "a,line=9::b",
	"comment":            "--> <!-- ]]> <![CDATA[ &amp;",
	"colour":             "\x1b[31mred\x1b[0m \x1b]0;title\x07",
	"colour in one byte": "\u009b31mred",
	"new lines":          "a\nb\rc\vd\fe\u0085f\u2028g",
	"NUL":                "a\x00b",
	"not UTF-8":          "a\xff\xc3\xe2\x82b",
	"turned around":      "a\u202eb\u2066c",
	"link":               "[click](https://example.com) {0} {{",
	"long":               strings.Repeat("x", 5<<20),
	"long and colourful": strings.Repeat("\x1b", 5000),
	"cut in a character": strings.Repeat("日本", 5000),
}

// formats prints one problem in each way, and says what has to hold.
var formats = map[string]struct {
	print func(io.Writer, rule.Problem) error
	check func(t *testing.T, out string)
}{
	"text": {
		func(w io.Writer, p rule.Problem) error { return report.Text(w, []rule.Problem{p}, report.Style{}) },
		func(t *testing.T, out string) {
			assert.Equal(t, 3, strings.Count(out, "\n"), "problem, hint and tally")
			assert.NotContains(t, out, "##[")
		},
	},
	"terminal": {
		func(w io.Writer, p rule.Problem) error {
			line := func(string, int) (string, bool) { return p.Message, true }
			return report.Text(w, []rule.Problem{p}, report.Style{Line: line})
		},
		func(t *testing.T, out string) {
			assert.Equal(t, 5, strings.Count(out, "\n"), "problem, line, caret, hint and tally")
		},
	},
	"sarif": {
		func(w io.Writer, p rule.Problem) error { return report.SARIF(w, nil, []rule.Problem{p}) },
		func(t *testing.T, out string) {
			var log struct{ Runs []sarifRun }
			require.NoError(t, json.Unmarshal([]byte(out), &log))
			require.Len(t, log.Runs[0].Results, 1)
			assert.NotContains(t, log.Runs[0].Results[0].Message.Text, "](")
			assert.Regexp(t, `^[!-~]+$`, log.Runs[0].Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI)
		},
	},
	"junit": {
		func(w io.Writer, p rule.Problem) error { return report.JUnit(w, nil, []rule.Problem{p}) },
		func(t *testing.T, out string) {
			assert.Equal(t, []string{"testsuites", "testsuite", "testcase", "failure"}, elements(t, out))
		},
	},
	"github": {
		func(w io.Writer, p rule.Problem) error { return report.GitHub(w, []rule.Problem{p}) },
		func(t *testing.T, out string) {
			assert.Equal(t, 1, strings.Count(out, "\n"))
			assert.Regexp(t, regexp.MustCompile(`^::error file=[^:,]*,line=3,col=5,title=[^:,]*::`), out)
		},
	},
	"summary": {
		func(w io.Writer, p rule.Problem) error {
			_, err := io.WriteString(w, report.Summary("efgen validate", []rule.Problem{p}))
			return err
		},
		func(t *testing.T, out string) {
			assert.Regexp(t, "^### efgen validate: 1 error\n\n- \\*\\*error\\*\\* `+ .* `+\n  <br>hint: `+ .* `+\n\n$", out)
			for line := range strings.Lines(out) {
				if fence := regexp.MustCompile("`+").FindString(line); fence != "" {
					assert.Equal(t, 2, len(regexp.MustCompile("(^|[^`])"+fence+"([^`]|$)").FindAllString(line, -1)), "one code span")
				}
			}
		},
	},
}

func TestHostileTextIsHarmlessInEveryFormat(t *testing.T) {
	for kind, text := range hostile {
		p := rule.Problem{
			Rule: text, Severity: rule.Error, Environment: text, File: text, Line: 3, Column: 5,
			Field: text, Manifest: text, Message: text, Hint: text,
		}
		for name, format := range formats {
			t.Run(name+"/"+kind, func(t *testing.T) {
				var b bytes.Buffer
				require.NoError(t, format.print(&b, p))
				out := b.String()
				require.True(t, utf8.ValidString(out))
				assert.Less(t, len(out), 128<<10)
				assert.Equal(t, -1, strings.IndexFunc(out, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }))
				format.check(t, out)
			})
		}
	}
}

func TestJSONKeepsWhatItCan(t *testing.T) {
	for kind, text := range hostile {
		t.Run(kind, func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, report.JSON(&b, rule.Problem{Message: text}))
			var back rule.Problem
			require.NoError(t, json.Unmarshal(b.Bytes(), &back))
			assert.Equal(t, string([]rune(text)), back.Message)
			assert.NotContains(t, b.String(), "\x1b")
			assert.NotContains(t, b.String(), "\x00")
		})
	}
}

// elements reads a whole XML document and returns its elements in order.
func elements(t *testing.T, text string) []string {
	var names []string
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return names
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok {
			names = append(names, start.Name.Local)
		}
	}
}

func FuzzTextIsHarmlessInEveryFormat(f *testing.F) {
	for _, text := range hostile {
		if len(text) < 1000 {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := rule.Problem{Rule: "EF101", Severity: rule.Error, File: text, Line: 3, Column: 5, Field: text, Message: text, Hint: text + "!"}
		for _, format := range formats {
			var b bytes.Buffer
			require.NoError(t, format.print(&b, p))
			assert.Equal(t, -1, strings.IndexFunc(b.String(), func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }))
		}
	})
}
