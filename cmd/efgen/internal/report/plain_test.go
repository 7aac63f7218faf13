package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
)

func TestPlainChangesOnlyWhatIsMoreThanText(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "",
		`größe: "日本" \x1b 'a' 100%`: `größe: "日本" \x1b 'a' 100%`,
		"\x1b[1m\x00\t\n\u009b":     `\x1b[1m\x00\t\n\u009b`,
		"a\xffb\u202ec":             `a\xffb\u202ec`,
		"##[group]##":               `#\x23[group]##`,
		strings.Repeat("a", 2000):   strings.Repeat("a", 2000),
		strings.Repeat("a", 2001):   strings.Repeat("a", 2000) + "… (2001 bytes in all)",
		strings.Repeat("日", 667):    strings.Repeat("日", 666) + "… (2001 bytes in all)",
	} {
		assert.Equal(t, want, report.Plain(text))
	}
}
