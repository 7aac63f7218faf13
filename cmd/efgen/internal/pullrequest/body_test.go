package pullrequest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var digest = strings.Repeat("ab", 32)

func TestBodyKeepsWhatPeopleWrite(t *testing.T) {
	a := account{content: digest, replaces: nothing, text: "First."}
	for name, body := range map[string]string{
		"empty": "", "before": "Mine.", "with a stray mark": "Mine. " + beginMark + " and " + endMark,
		"around": "Mine.\n\n" + account{content: digest, text: "Old."}.region() + "\n\nToo.",
	} {
		t.Run(name, func(t *testing.T) {
			once := a.in(body)
			assert.Equal(t, 1, len(region().FindAllString(once, -1)))
			assert.True(t, a.isIn(once))
			assert.Equal(t, once, a.in(once))
			assert.NotContains(t, once, "Old.")
			for _, theirs := range []string{"Mine.", "Too."} {
				assert.Equal(t, strings.Contains(body, theirs), strings.Contains(once, theirs))
			}
			other := account{content: digest, replaces: "other", text: "Second."}
			assert.False(t, other.isIn(once))
			assert.Equal(t, strings.Replace(once, a.region(), other.region(), 1), other.in(once))
		})
	}
}

func TestBodyFits(t *testing.T) {
	section := "\n<details>\n" + strings.Repeat("x", 990) + "\n</details>\n"
	long := "Verdict.\n" + strings.Repeat(section, 100)
	for name, c := range map[string]struct {
		body, text string
		kept       string
	}{
		"short":              {text: "Verdict.", kept: "-->\nVerdict.\n"},
		"sections":           {text: long, kept: tooLong + "Verdict.\n" + section},
		"beside a long text": {body: strings.Repeat("mine ", 10_000), text: long, kept: tooLong + "Verdict.\n" + section},
		"no room at all":     {body: strings.Repeat("mine ", 12_980), text: long, kept: strings.TrimSpace(tooLong)},
		"one line":           {text: strings.Repeat("x", 2*MaxText), kept: strings.TrimSpace(tooLong)},
	} {
		t.Run(name, func(t *testing.T) {
			body := account{content: digest, text: c.text}.in(c.body)
			assert.Contains(t, body, c.kept)
			assert.LessOrEqual(t, len(body), 65_536)
			found := region().FindStringSubmatch(body)
			require.NotNil(t, found)
			assert.LessOrEqual(t, len(found[4]), MaxText)
			assert.Equal(t, strings.Count(body, "<details>"), strings.Count(body, "</details>"), "no section is cut")
		})
	}
}

func TestNoTextEndsItsRegion(t *testing.T) {
	a := account{content: digest, text: "a " + endMark + " b " + beginMark + " -->\nc\n" + endMark}
	body := a.in("Mine.")
	assert.Equal(t, body, a.in(body))
	assert.True(t, strings.HasSuffix(body, endMark))
	content, setup := described(body)
	assert.Equal(t, digest, content)
	assert.False(t, setup)
}

func TestSetupIsAMarkOnly(t *testing.T) {
	a := account{content: digest, replaces: nothing, text: "setup -->", setup: true}
	body := a.in("")
	_, setup := described(body)
	assert.True(t, setup)
	a.setup = false
	assert.Equal(t, a.in(""), withoutSetup(body))
	assert.Equal(t, "Mine.", withoutSetup("Mine."))
}
