package hocon_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/hocon"
)

// What Streaming or Maven fills in outside of quotation marks is a text, as inside of them.
func TestOpenSubstitutionsReadAsTheQuotedOnesDo(t *testing.T) {
	for text, quoted := range map[string]string{
		"a = ${PORT:-2000}":                       `a = "${PORT:-2000}"`,
		"a = [ ${HOST:-a.example.com}, x\n${B} ]": `a = [ "${HOST:-a.example.com}", x, "${B}" ]`,
		"a = [ ${activation.service.urls} ]":      `a = [ "${activation.service.urls}" ]`,
		"{ a : ${A:-} }":                          `{ a : "${A:-}" }`,
		`a = "*.b."${NS:-c}.svc`:                  `a = "*.b.${NS:-c}.svc"`,
		"a = x ${B} 1.5${C}":                      `a = "x ${B} 1.5${C}"`,
		`a = ${A:-"x y"}`:                         `a = "${A:-\"x y\"}"`,
		"a = @project.version@":                   `a = "@project.version@"`,
		"a = 1.0-@build@, b = y":                  `a = "1.0-@build@", b = y`,
		"a = ${URL:-http://x} // end":             `a = "${URL:-http://x}"`,
		"a = ${A}null":                            `a = "${A}null"`,
	} {
		open, err := hocon.Parse([]byte(text))
		require.NoError(t, err, text)
		closed, err := hocon.Parse([]byte(quoted))
		require.NoError(t, err, quoted)
		assert.Equal(t, leaves(closed), leaves(open), text)
		assert.True(t, anyOpen(open), text)
		assert.False(t, anyOpen(closed), quoted)
	}
}

func leaves(root *hocon.Value) (all []string) {
	for path, leaf := range root.Texts() {
		all = append(all, path.String()+"="+leaf.Text)
	}
	return all
}

func anyOpen(root *hocon.Value) (found bool) {
	for _, leaf := range root.Texts() {
		found = found || leaf.Open() != ""
	}
	return found
}

// Outside of quotation marks a substitution is filled in before the text is read, so it
// may become anything.
func TestExpandedValuesAreWhatTheNodeReads(t *testing.T) {
	known := strings.NewReplacer("${ONE}", "x.example.com", "${TWO}", `"*.x", y`, "${LIST}", `["a", "b"]`, "${LONG}", strings.Repeat("x, ", 2000),
		"${ODD}", "http://x", "${MARK}", `x", "*`, "${LONE}", `x"`,
		"${OUT}", "x], items = [y", "${MORE}", "x], more = [y")
	for text, want := range map[string][]string{
		"a = plain":          {"=plain"},
		`a = "${ONE}"`:       {"=x.example.com"},
		`a = "${MARK}"`:      {"=x", "=*"},
		`a = "${LONE}"`:      {`=x"`},
		`a = """${TWO}"""`:   {`="*.x", y`},
		"a = ${ONE}":         {"=x.example.com"},
		"a = ${TWO}":         {"=*.x", "=y"},
		"a = ${LIST}":        {"[0]=a", "[1]=b"},
		"a = w.${ONE}":       {"=w.x.example.com"},
		"a = ${UNKNOWN}":     {"=${UNKNOWN}"},
		"a = @filled.later@": {"=@filled.later@"},
		"a = ${ODD}":         {"=http://x"},
		"a = ${OUT}":         {"=y"},
		"a = ${MORE}":        {"=x], more = [y"},
		"a = ${LONG}":        {"=" + strings.Repeat("x, ", 2000)},
		"a = [${ONE}]":       {"[0]=${ONE}"},
	} {
		root, err := hocon.Parse([]byte(text))
		require.NoError(t, err, text)
		var got []string
		for _, value := range root.Get("a").Expand(known.Replace) {
			got = append(got, leaves(value)...)
			assert.Equal(t, []int{1, 5}, []int{value.Line, value.Column}, text)
		}
		assert.Equal(t, want, got, text)
	}
	var none *hocon.Value
	assert.Equal(t, []*hocon.Value{nil}, none.Expand(known.Replace))
}
