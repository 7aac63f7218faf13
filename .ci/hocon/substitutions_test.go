package hocon

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/manifest"
)

// texts is how many lists with substitutions are made.
const texts = 1000

// TestSubstitutionsBecomeWhatTheReferenceReads fills substitutions in before the reference
// reads the text, as Streaming does, and in efgen's reader afterwards.
func TestSubstitutionsBecomeWhatTheReferenceReads(t *testing.T) {
	f := fuzzer{t, rand.New(rand.NewPCG(11, 3)), ""}
	resolve := func(text string) string {
		return manifest.Substitute(text, map[string]string{"A": `x"y z"`, "B": `"1", 2`})
	}
	open, filled := map[string]string{}, map[string]string{}
	for i := range texts {
		name := fmt.Sprintf("%04d", i)
		open[name] = "configuration.TrustedHosts.hosts = [ " + f.list() + " ]"
		filled[name] = resolve(open[name])
	}
	reads, refuses := 0, 0
	ours := byOurs(filled)
	for name, want := range byReference(t, filled) {
		if len(want) == 1 && strings.HasPrefix(want[0], "broken: ") {
			refuses++
			require.Len(t, ours[name], 1, "%s", filled[name])
			assert.Contains(t, ours[name][0], "broken: ", "%s", filled[name])
			continue
		}
		reads++
		assert.Equal(t, want, append([]string{}, ours[name]...), "%s", filled[name])
		root, err := hocon.Parse([]byte(open[name]))
		require.NoError(t, err, "%s", open[name])
		got := []string{}
		for _, item := range root.Get("configuration", "TrustedHosts", "hosts").Items {
			for _, value := range item.Expand(resolve) {
				got = append(got, value.Text)
			}
		}
		assert.Equal(t, want, got, "%s", open[name])
	}
	t.Logf("%d lists, %d of which are HOCON once they are filled in", reads+refuses, reads)
	assert.Greater(t, reads, texts/4)
	assert.Greater(t, refuses, texts/100)
}

// list is the inside of a list with substitutions in and outside of quotation marks.
func (f fuzzer) list() string {
	var items []string
	for range 1 + f.IntN(4) {
		item := ""
		for range 1 + f.IntN(3) {
			item += f.pick("${A}", "${B}", "${C:-"+f.text(inDefaults)+"}", `"${A}"`, `"${C:-d.e}"`, `"f, g"`, "h.example.com", "1.50", " ", "-")
		}
		items = append(items, item)
	}
	return strings.Join(items, f.pick(", ", ","))
}

// inDefaults are pieces of what may stand in place of a substitution. A quotation mark has its
// partner: efgen's reader fills one item in at a time.
var inDefaults = []string{`""`, `"i j"`, `"k"`, ",", ", ", " ", "l", "m.example.com", "10", "*", ":", "é", "true", "$", "\\"}
