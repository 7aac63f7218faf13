package pullrequest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var digest = strings.Repeat("ab", 32)

func TestBodyKeepsWhatPeopleWrite(t *testing.T) {
	a := region{content: digest, replaces: noTree, text: "First."}
	for name, body := range map[string]string{
		"empty": "", "before": "Mine.", "with a stray mark": "Mine. " + beginMark + " and " + endMark,
		"around": "Mine.\n\n" + region{content: digest, text: "Old."}.String() + "\n\nToo.",
	} {
		t.Run(name, func(t *testing.T) {
			once := a.insertInto(body)
			assert.Equal(t, 1, len(regionPattern().FindAllString(once, -1)))
			assert.True(t, a.isIn(once))
			assert.Equal(t, once, a.insertInto(once))
			assert.NotContains(t, once, "Old.")
			for _, theirs := range []string{"Mine.", "Too."} {
				assert.Equal(t, strings.Contains(body, theirs), strings.Contains(once, theirs))
			}
			other := region{content: digest, replaces: "other", text: "Second."}
			assert.False(t, other.isIn(once))
			assert.Equal(t, strings.Replace(once, a.String(), other.String(), 1), other.insertInto(once))
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
			body := region{content: digest, text: c.text}.insertInto(c.body)
			assert.Contains(t, body, c.kept)
			assert.LessOrEqual(t, len(body), 65_536)
			found := regionPattern().FindStringSubmatch(body)
			require.NotNil(t, found)
			assert.LessOrEqual(t, len(found[4]), MaxText)
			assert.Equal(t, strings.Count(body, "<details>"), strings.Count(body, "</details>"), "no section is cut")
		})
	}
}

func TestNoTextEndsItsRegion(t *testing.T) {
	a := region{content: digest, text: "a " + endMark + " b " + beginMark + " -->\nc\n" + endMark}
	body := a.insertInto("Mine.")
	assert.Equal(t, body, a.insertInto(body))
	assert.True(t, strings.HasSuffix(body, endMark))
	content, setup := regionOf(body)
	assert.Equal(t, digest, content)
	assert.False(t, setup)
}

func TestSetupIsAMarkOnly(t *testing.T) {
	a := region{content: digest, replaces: noTree, text: "setup -->", setup: true}
	body := a.insertInto("")
	_, setup := regionOf(body)
	assert.True(t, setup)
	a.setup = false
	assert.Equal(t, a.insertInto(""), withoutSetup(body))
	assert.Equal(t, "Mine.", withoutSetup("Mine."))
}
