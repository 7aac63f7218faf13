package hocon_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	library "github.com/gurkankaymak/hocon"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/hocon"
	reader "github.com/efgen/efgen/validate/hocon"
)

func TestMarshalWritesWhatAReviewerReads(t *testing.T) {
	security := hocon.Object{
		{Key: "name", Value: "flow"},
		{Key: "configuration", Value: hocon.Object{
			{Key: "TrustedHosts", Value: hocon.Object{
				{Key: "hosts", Value: []string{"${DEFAULT_ROUTE:-10.1.0.1}", "*.flow.production.svc.cluster.local"}},
			}},
		}},
	}
	text, err := hocon.Marshal(security)
	require.NoError(t, err)

	got, err := hocon.Marshal(hocon.Object{
		{Key: "configuration", Value: hocon.Object{{Key: "NodeDeploy", Value: hocon.Object{
			{Key: "globalConfiguration", Value: []any{hocon.Text(text)}},
			{Key: "nodes", Value: hocon.Object{{Key: "${EP_NODE_NAME}", Value: hocon.Object{
				{Key: "nodeType", Value: "docker"},
				{Key: "numberSearchPorts", Value: 5},
				{Key: "webEnable", Value: true},
				{Key: "webServiceBindings", Value: hocon.Object{{Key: "healthcheck", Value: hocon.Object{}}}},
			}}}},
			{Key: "availabilityZones", Value: map[string]any{
				"zone":   map[string]any{"percentageOfVotes": 50.5, "minimumNumberOfVotes": int64(2)},
				"a.zone": map[string]any{},
				"empty":  []any{},
				"one":    []any{"x"},
				"nested": []any{map[string]any{"members": []string{"a", "b"}}},
			}},
		}}}},
	}, "generated, do not edit", "")
	require.NoError(t, err)

	want, err := os.ReadFile("testdata/node.conf")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

func TestMarshalNamesTheFieldThatHOCONCannotHold(t *testing.T) {
	for _, test := range []struct {
		object hocon.Object
		want   string
	}{
		{hocon.Object{{Key: "a", Value: []any{"\xff"}}}, "a[0]: is not UTF-8: save it in that encoding"},
		{hocon.Object{{Key: "a\xff", Value: 1}}, `["a\xff"]: the key is not UTF-8: save it in that encoding`},
		{hocon.Object{{Key: "a", Value: map[string]any{"b.c": hocon.Text("\xff")}}}, `a["b.c"]: is not UTF-8: save it in that encoding`},
		{hocon.Object{{Key: "a", Value: hocon.Text("x\n\n\"\"\"y\"\"\"\n")}}, `a: line 3 of the embedded text holds """, which would end it there: write that value between single quotation marks ("), with \n for its line ends`},
		{hocon.Object{{Key: "a", Value: math.NaN()}}, "a: NaN is not a number that HOCON can hold"},
		{hocon.Object{{Key: "a", Value: math.Inf(-1)}}, "a: -Inf is not a number that HOCON can hold"},
		{hocon.Object{{Key: "a", Value: hocon.Object{{Key: "b"}}}}, "a.b: a value of type <nil> cannot be written as HOCON"},
		{hocon.Object{{Key: "a", Value: []byte("x")}}, "a: a value of type []uint8 cannot be written as HOCON"},
	} {
		text, err := hocon.Marshal(test.object)
		assert.EqualError(t, err, test.want)
		assert.Empty(t, text)
	}
}

func TestFurtherMembersAreMergedDeeply(t *testing.T) {
	own := hocon.Object{{Key: "z", Value: hocon.Object{{Key: "port", Value: 1}}}, {Key: "a", Value: "own"}}
	merged := own.With(map[string]any{
		"c": []any{int64(1)},
		"a": map[string]any{"lost": true},
		"z": map[string]any{"port": 2, "host": map[string]any{"name": "x"}, "b.c": true},
		"b": "text",
	})
	text, err := hocon.Marshal(merged)
	require.NoError(t, err)
	assert.Equal(t, `z = {
  port = 1
  "b.c" = true
  host = {
    name = "x"
  }
}
a = "own"
b = "text"
c = [1]
`, string(text))
	assert.Len(t, own, 2, "the object itself stays as it was")
	assert.Len(t, own[0].Value, 1)
}

func TestCommentStaysOnItsLine(t *testing.T) {
	for _, comment := range []string{"a\nb = 1", "a\rb", "\xff", "\u202egnirts"} {
		_, err := hocon.Marshal(nil, comment)
		assert.ErrorContains(t, err, "must be one line of printable text", "%q", comment)
	}
}

// awkward texts are those with which a writer of HOCON goes wrong.
var awkward = []string{
	"", " ", " x ", "\t", "x\ny", "\r\n", "\x00", "\x7f", "\u0085", "\u00a0", "\u2028", "\ufeff", "\u202e", "é", "𝒳", "\U000e0001", "\ufffd",
	`"`, `""`, `"""`, `x"`, `x""`, `"x`, `\`, `\\`, `\"`, `\n`, `\u0041`, "'", "`",
	"${X}", "${X:-y}", "$", "#x", "//x", "/* x", "a=b", "a:b", "a+=b", "{", "}", "[", "]", ",", "a.b", ".", "..", "*.flow.production.svc.cluster.local",
	"true", "null", "1", "-1", "1e5", "10 m", "include", "include x", "-x", "a-b", "A_b9",
}

func TestAwkwardTextsReadBack(t *testing.T) {
	for _, text := range awkward {
		readBack(t, text)
	}
}

func FuzzAnyTextReadsBack(f *testing.F) {
	for _, text := range awkward {
		f.Add(text)
	}
	f.Fuzz(readBack)
}

// readBack writes a text in every place where one can stand, and reads it with two readers.
func readBack(t *testing.T, text string) {
	embedded := "# " + strings.ReplaceAll(text, `"""`, `""'`)
	file, err := hocon.Marshal(hocon.Object{
		{Key: "value", Value: text},
		{Key: "list", Value: []any{text, []string{text}, map[string]any{"item": text}}},
		{Key: "file", Value: hocon.Text(embedded)},
		{Key: "key", Value: map[string]any{text: hocon.Object{{Key: "in", Value: 7}}}},
	})
	if !utf8.ValidString(text) {
		require.Error(t, err)
		return
	}
	require.NoError(t, err)
	embedded = "\n" + strings.TrimSuffix(embedded, "\n") + "\n"

	root, err := reader.Parse(file)
	require.NoError(t, err, "%s", file)
	assert.Equal(t, text, root.Get("value").String())
	list := root.Get("list").Items
	assert.Equal(t, []string{text, text, text}, []string{list[0].String(), list[1].Items[0].String(), list[2].Get("item").String()})
	assert.Equal(t, embedded, root.Get("file").String())
	assert.Equal(t, "7", root.Get("key", text, "in").String())
	assert.Equal(t, []string{"value", "list", "file", "key"}, root.Keys())

	agreeWithLibrary(t, text, embedded)
}

// agreeWithLibrary leaves keys out: the library refuses "{" as one, quoted or not.
func agreeWithLibrary(t *testing.T, text, embedded string) {
	// The library leaves escapes as they are, and takes one in `\""` for the end of the text.
	if strings.HasSuffix(text, `"`) {
		return
	}
	file, err := hocon.Marshal(hocon.Object{{Key: "value", Value: text}, {Key: "file", Value: hocon.Text(embedded)}})
	require.NoError(t, err)
	config, err := library.ParseString(string(file))
	require.NoError(t, err, "%s", file)

	root := config.GetRoot().(library.Object)
	var value string
	require.NoError(t, json.Unmarshal([]byte(`"`+string(root["value"].(library.String))+`"`), &value))
	assert.Equal(t, text, value)
	assert.Equal(t, library.String("\n"+embedded), root["file"])
}
