package schema

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/schema/quick"
	"github.com/efgen/efgen/validate/schemas"
)

var exhaustive = flag.Bool("exhaustive", false, "compare with kubeconform and with the API server on every changed document, and all minors")

// disagreement is empty if both judges say the same, word for word, of a document. What
// does not read, kubeconform must refuse, too.
func disagreement(t testing.TB, k *kind, text []byte) string {
	document, ok := read(text)
	if !ok {
		faults, err := k.judge(Document{Text: text}, Thorough)
		require.NoError(t, err)
		assert.NotEmpty(t, faults, "%s", text)
		return ""
	}
	we, err := k.judge(document, Quick)
	require.NoError(t, err)
	they, err := k.judge(document, Thorough)
	require.NoError(t, err)
	if ours, theirs := lines(findingsOf(we)), lines(findingsOf(they)); ours != theirs {
		return "the quick judge finds\n" + ours + "kubeconform\n" + theirs
	}
	return ""
}

// Every document of the corpus, and what becomes of it when one thing in it is changed,
// gets the same verdict from kubeconform as from the quick judge, and the same words.
func TestTheQuickJudgeAgreesWithKubeconform(t *testing.T) {
	seen := map[string]bool{}
	all := schemas.Minors()
	minors, every := []string{all[0], all[len(all)-1]}, 25
	if *exhaustive {
		minors, every = all, 1
	}
	cases, refused, kinds := 0, 0, map[string]bool{}
	compare := func(name kindName, text []byte) {
		kind := newJudge(t, name.minor, Quick).find(name)
		if kind == nil {
			return
		}
		cases++
		kinds[name.apiVersion+"/"+name.kind] = true
		if document, ok := read(text); !ok || len(kind.quick.Faults(document.Fields)) > 0 {
			refused++
		}
		require.Empty(t, disagreement(t, kind, text), "%v\n%.4000s", name, text)
	}
	changes := 0
	for _, document := range corpus(t) {
		apiVersion, kind := identityOf(document)
		for _, minor := range minors {
			compare(kindName{minor, apiVersion, kind}, document)
		}
		for changed := range changesOf(document, apiVersion+"/"+kind, seen) {
			if changes++; changes%every == 0 {
				compare(kindName{minors[changes/every%len(minors)], apiVersion, kind}, changed)
			}
		}
	}
	t.Logf("%d cases of %d kinds, %d of them refused", cases, len(kinds), refused)
	assert.Greater(t, changes, 10_000)
	assert.Greater(t, cases, changes/every/2)
	assert.Greater(t, refused, cases/4)
	assert.Greater(t, cases-refused, cases/10)
	for _, kind := range []string{"apps/v1/StatefulSet", "argoproj.io/v1alpha1/Application", "kustomize.toolkit.fluxcd.io/v1/Kustomization", "route.openshift.io/v1/Route"} {
		assert.True(t, kinds[kind], kind)
	}
}

// A quick judge whose schema differs in one number is found out, and kubeconform's
// verdict is put into words.
func TestADisagreementIsNoticed(t *testing.T) {
	name := kindName{"1.34", "route.openshift.io/v1", "Route"}
	right, different := newJudge(t, "1.34", Quick).find(name), 0
	planted := *right
	library := quick.NewLibrary(func(definition string) string {
		return strings.Replace(schemas.Definition("1.34", definition), `"maximum":256`, `"maximum":257`, 1)
	})
	root, _ := schemas.Find("1.34", name.apiVersion, name.kind)
	planted.quick = library.Schema(root)
	document, err := os.ReadFile("testdata/valid-route.yaml")
	require.NoError(t, err)
	for changed := range changesOf(document, "", map[string]bool{}) {
		assert.Empty(t, disagreement(t, right, changed))
		if disagreement(t, &planted, changed) == "" {
			continue
		}
		different++
		faults, ok := read(changed)
		require.True(t, ok)
		words, err := planted.judge(faults, Thorough)
		require.NoError(t, err)
		assert.Equal(t, "EF201|spec.to.weight|0|must be at most 256|\n", lines(findingsOf(words)))
	}
	assert.Equal(t, 1, different, "the weight of 257")
}
