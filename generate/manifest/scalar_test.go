package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/generate/manifest"
)

// plainTexts need no quotes.
var plainTexts = []string{
	"server.example.com:2001/ef:1.0", "system:serviceaccount:a:b", "/var/opt/tibco", "$(POD_NAME).$(POD_NAMESPACE)",
	"500m", "2Gi", "1E", "1.0.0", "10.1.0.1", "10.0.0.0/8", "::1", "fe80::1", "8008:8080", "2026-01-02-03", "12e", "1x", "0x", "0b2",
	".flow", "a,b", "a[0]{b}", "a#b", "a:b", "-c", "--flag", "?x", ":8080", "x-", "yes please", "nonsense", "nu",
	"it's", `say "hi"`, `C:\dir`, "a&b", "a|b", "50%", "user@example.com", "é", "日本語", "🚀 ok", "\u00a0", "a b  c", "--",
	"==", "<", "<<<", "+", ".", "..", "_", "+a", "-.", "e5", "inf", "NaN", "Infinity", "a\\nb", "0o", "08:60", "x!", "_1",
	strings.Repeat("long words ", 20) + "end",
}

// quotedTexts would be read as something else.
var quotedTexts = map[string]string{
	// types
	"": `""`, "~": `"~"`, "null": `"null"`, "NULL": `"NULL"`, "Null": `"Null"`,
	"y": `"y"`, "Y": `"Y"`, "n": `"n"`, "yes": `"yes"`, "No": `"No"`, "on": `"on"`, "OFF": `"OFF"`, "true": `"true"`, "False": `"False"`, "yEs": `"yEs"`,
	"0": `"0"`, "1": `"1"`, "-1": `"-1"`, "+1": `"+1"`, "0777": `"0777"`, "08": `"08"`, "0o7": `"0o7"`, "0x1F": `"0x1F"`, "0X1f": `"0X1f"`, "0b11": `"0b11"`, "-0b1": `"-0b1"`,
	"1_000": `"1_000"`, "-_1": `"-_1"`, "80,443": `"80,443"`, "1.10": `"1.10"`, "1.": `"1."`, ".5": `".5"`, "._5": `"._5"`, "1e3": `"1e3"`, "1E+3": `"1E+3"`, "6e340": `"6e340"`, "1.5e-3": `"1.5e-3"`,
	"12:30:45": `"12:30:45"`, "190:20:30.15": `"190:20:30.15"`, "1:30": `"1:30"`, ".inf": `".inf"`, "-.Inf": `"-.Inf"`, "+.INF": `"+.INF"`, ".nan": `".nan"`, ".NaN": `".NaN"`,
	"2026-01-02": `"2026-01-02"`, "2026-1-2": `"2026-1-2"`, "2026-01-02T03:04:05Z": `"2026-01-02T03:04:05Z"`, "2026-01-02 03:04:05.5 +01:00": `"2026-01-02 03:04:05.5 +01:00"`,
	"=": `"="`, "<<": `"<<"`,
	// syntax
	" a": `" a"`, "a ": `"a "`, "a: b": `"a: b"`, "a:": `"a:"`, "a #b": `"a #b"`, "- a": `"- a"`, "? a": `"? a"`, "-": `"-"`, "?": `"?"`, ":": `":"`, ": a": `": a"`,
	"---": `"---"`, "...": `"..."`, "@a": `"@a"`, "`a": "\"`a\"", "%a": `"%a"`, "!a": `"!a"`, "&a": `"&a"`, "*a": `"*a"`, "{a": `"{a"`, "}": `"}"`, "[a]": `"[a]"`, "]": `"]"`, ",": `","`, "|": `"|"`, ">": `">"`, "#a": `"#a"`,
	`"a"`: `"\"a\""`, "'a'": `"'a'"`, `"\`: `"\"\\"`,
	// characters
	"a\tb": `"a\tb"`, "\t": `"\t"`, "a\rb": `"a\rb"`, "a\r\nb\r\n": `"a\r\nb\r\n"`, "\x00": `"\u0000"`, "\x1b[0m": `"\u001b[0m"`, "\x7f": `"\u007f"`, "a\u0085b": `"a\u0085b"`,
	"\u2028": `"\u2028"`, "\u2029": `"\u2029"`, "\ufeffa": `"\ufeffa"`, "\uffff": `"\uffff"`, "\u009f🚀\n": `"\u009f🚀\n"`,
	// lines that a block cannot carry
	"\n": `"\n"`, "\n\n": `"\n\n"`, " \n": `" \n"`, "a \nb": `"a \nb"`, "a\t\nb": `"a\t\nb"`, "a\nb ": `"a\nb "`, "a\nb\t": `"a\nb\t"`, "\ta\nb": `"\ta\nb"`, "\n\ta": `"\n\ta"`, "a\n \nb": `"a\n \nb"`,
	strings.Repeat("#", 100) + " ": `"` + strings.Repeat("#", 100) + ` "`,
}

// blockTexts are long or have lines.
var blockTexts = map[string]string{
	"a\nb":          "|-\n  a\n  b",
	"a\nb\n":        "|\n  a\n  b",
	"a\nb\n\n":      "|+\n  a\n  b\n",
	"a\n\n\n":       "|+\n  a\n\n",
	"a\n":           "|\n  a",
	"a\n\n  b\n":    "|\n  a\n\n    b",
	" a\nb\n":       "|2\n   a\n  b",
	"\na\n":         "|2\n\n  a",
	"\n\n a":        "|2-\n\n\n   a",
	"a\n\tb\n":      "|\n  a\n  \tb",
	"---\n...\n":    "|\n  ---\n  ...",
	"# a\n- b: c\n": "|\n  # a\n  - b: c",
	"a # b: c\nyes": "|-\n  a # b: c\n  yes",
	"é\n\u00a0\n":   "|\n  é\n  \u00a0",
	"{" + strings.Repeat(`"a": 1, `, 20) + "}": "|-\n  {" + strings.Repeat(`"a": 1, `, 20) + "}",
}

func TestTextIsQuotedExactlyWhereItMustBe(t *testing.T) {
	written := map[string]string{}
	for _, text := range plainTexts {
		written[text] = text
	}
	for _, texts := range []map[string]string{quotedTexts, blockTexts} {
		for text, as := range texts {
			written[text] = as
		}
	}
	for text, as := range written {
		assert.Equal(t, "v: "+as+"\n", marshal(t, map[string]string{"v": text}))
		requireTextReadBack(t, text)
	}
}

// requireTextReadBack puts the text where texts can be.
func requireTextReadBack(t *testing.T, text string) {
	t.Helper()
	value := map[string]any{"v": text, "deep": []any{text, []any{text, text}, map[string]any{"a": text, "b": []any{map[string]any{"c": text}}}}}
	if text != "<<" {
		value[text+text] = text
	}
	value[text] = text
	requireReadBack(t, value, marshal(t, value))
}

func TestKeysAreNeverBlocks(t *testing.T) {
	assert.Equal(t, "\"a\\nb\": 1\n", marshal(t, map[string]any{"a\nb": 1}))
	longest := strings.Repeat("k", 1024)
	requireReadBack(t, map[string]any{longest: "v"}, marshal(t, map[string]any{longest: "v"}))
}

func FuzzTextIsReadBack(f *testing.F) {
	for _, text := range plainTexts {
		f.Add(text)
	}
	for _, texts := range []map[string]string{quotedTexts, blockTexts} {
		for text := range texts {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := manifest.Marshal(map[string]any{text + text: text}); err != nil {
			return // not UTF-8, or too long for a key: the table of errors has both
		}
		requireTextReadBack(t, text)
		for line := range strings.Lines(marshal(t, map[string]any{"v": text})) {
			assert.Equal(t, strings.TrimRight(line, " \t\n")+"\n", line)
		}
	})
}

// FuzzStructureIsReadBack builds a value from bytes: each decides what comes next.
func FuzzStructureIsReadBack(f *testing.F) {
	f.Add([]byte("{k[[t{nt]}]"))
	f.Add([]byte("{a{b[{c[[[{dt"))
	f.Add([]byte("{\x00\x01\x02\x03\x04\x05"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 500 {
			return
		}
		value := map[string]any{"v": build(&data, 0)}
		requireReadBack(t, value, marshal(t, value))
	})
}

func build(data *[]byte, depth int) any {
	texts := []string{"", "yes", "a: b", " lead", "two\nlines\n", "keep\n\n", "\n gap", "1", "\ta\nb", "plain"}
	next := func() byte {
		if len(*data) == 0 || depth > 20 {
			return 0
		}
		b := (*data)[0]
		*data = (*data)[1:]
		return b
	}
	switch kind := next(); kind % 8 {
	case 0:
		return nil
	case 1:
		return int(kind) * -1000003
	case 2:
		return float64(kind) / 7e-9
	case 3:
		return kind > 128
	case 4, 5:
		items := []any{}
		for range next() % 5 {
			items = append(items, build(data, depth+1))
		}
		return items
	case 6:
		entries := map[string]any{}
		for range next() % 5 {
			entries[texts[int(next())%len(texts)]] = build(data, depth+1)
		}
		return entries
	}
	return texts[int(next())%len(texts)]
}
