package main

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/rule"
)

func TestRulesAreWholeAndInTheirRange(t *testing.T) {
	t.Parallel()
	severities := []rule.Severity{rule.Error, rule.Warning, rule.Note}
	levels := []rule.Severity{"blocking", "high", "medium", "low"}
	for room, c := range map[string]struct {
		rules      []rule.Rule
		ids        string
		severities []rule.Severity
	}{
		"generate/config": {config.Rules, `^EF1\d\d$`, severities},
		"generate":        {generate.Rules, `^EF1\d\d$`, severities},
		"validate":        {validate.Rules(), `^EF[2-5]\d\d$`, severities},
		"review":          {review.Rules, `^ER[1-4]\d\d$`, levels},
	} {
		for _, r := range c.rules {
			assert.Regexp(t, c.ids, r.ID, room)
			assert.Contains(t, c.severities, r.Severity, r.ID)
			for field, text := range map[string]string{"title": r.Title, "why": r.Why, "example": r.Example, "fix": r.Fix} {
				assert.NotEmpty(t, strings.TrimSpace(text), "%s: %s", r.ID, field)
			}
		}
	}
}

func TestNoRuleIsThereTwice(t *testing.T) {
	t.Parallel()
	for all := rules(); len(all) > 1; all = all[1:] {
		assert.Less(t, all[0].ID, all[1].ID)
	}
}

// names are words that begin a sentence with a capital wherever they stand.
var names = regexp.MustCompile(`^([A-Z][A-Za-z]*[A-Z0-9]|Kubernetes|Secret|Service|Route|Ingress|Flux|Pod)`)

func TestRulesReadLikeTheMessages(t *testing.T) {
	t.Parallel()
	for _, r := range rules() {
		assert.NotContains(t, r.Title, "\n", r.ID)
		for _, text := range []string{r.Title, r.Why} {
			assert.False(t, strings.HasSuffix(text, "."), "%s ends with a full stop: %s", r.ID, text)
			first, _ := utf8.DecodeRuneInString(text)
			assert.True(t, !unicode.IsUpper(first) || names.MatchString(text), "%s begins with a capital: %s", r.ID, text)
		}
	}
}
