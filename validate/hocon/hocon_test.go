package hocon_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/hocon"
)

func parseFile(t *testing.T, name string) *hocon.Value {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	root, err := hocon.Parse(text)
	require.NoError(t, err)
	return root
}

func TestSecurityConfTellsItsHostsAndWhereTheyStand(t *testing.T) {
	root := parseFile(t, "security.conf")
	assert.Equal(t, "com.tibco.ep.dtm.configuration.security", root.Get("type").String())
	assert.Equal(t, []string{"name", "version", "type", "configuration"}, root.Keys())

	hosts := root.Get("configuration", "TrustedHosts", "hosts")
	require.Equal(t, hocon.List, hosts.Kind)
	require.Len(t, hosts.Items, 2)
	assert.Equal(t, "*.flow.${POD_NAMESPACE:-default}.svc.cluster.local", hosts.Items[1].Text)
	assert.Equal(t, []int{10, 49}, []int{hosts.Items[1].Line, hosts.Items[1].Column})
}

func TestTextsAreWalkedInTheirOrderWithTheirPaths(t *testing.T) {
	var paths []string
	for path, text := range parseFile(t, "security.conf").Texts() {
		paths = append(paths, path.String())
		if strings.HasSuffix(path.String(), "password") {
			assert.Equal(t, "in the open", text.Text)
			assert.Equal(t, 15, text.Line)
		}
	}
	const principal = "configuration.LocalAuthenticationRealm.initialPrincipals[0]"
	assert.Equal(t, []string{
		"name", "version", "type",
		"configuration.TrustedHosts.hosts[0]", "configuration.TrustedHosts.hosts[1]",
		"configuration.LocalAuthenticationRealm.name",
		principal + ".userName", principal + ".password", principal + ".roles[0]",
	}, paths)

	for path := range parseFile(t, "security.conf").Texts() {
		assert.Equal(t, "name", path.String())
		break
	}
}

func TestEmbeddedFilesKeepThePositionsOfTheFileAroundThem(t *testing.T) {
	deploy := parseFile(t, "node.conf").Get("configuration", "NodeDeploy")
	files := deploy.Get("globalConfiguration").Items
	require.Len(t, files, 2)

	security, err := files[0].ParseText()
	require.NoError(t, err)
	host := security.Get("configuration", "TrustedHosts", "hosts").Items[0]
	assert.Equal(t, []any{"*.flow.default.svc.cluster.local", 13, 5}, []any{host.Text, host.Line, host.Column})

	_, err = files[1].ParseText()
	assert.EqualError(t, err, "line 17, column 10: the bracket is never closed: a ] is missing")

	node := deploy.Get("nodes", "${EP_NODE_NAME}")
	administration := node.Get("communication", "administration")
	assert.Equal(t, "${PORT:-8008}", administration.Get("webPort").String())
	assert.Equal(t, hocon.Object, administration.Get("webServiceBindings", "healthcheck").Kind)
	assert.Nil(t, administration.Get("webServiceBindings", "metrics", "deeper"))
}

func TestEmbeddedFileOnOneLinePointsAtItsText(t *testing.T) {
	root, err := hocon.Parse([]byte(`a = "x = 1\n\ny = ]"`))
	require.NoError(t, err)
	_, err = root.Get("a").ParseText()
	assert.EqualError(t, err, "line 1, column 5: found ] where a value belongs")
}

func TestMissingValuesAnswerEverything(t *testing.T) {
	var none *hocon.Value
	assert.Nil(t, none.Get("a"))
	assert.Empty(t, none.Keys())
	assert.Empty(t, none.String())
	for range none.Texts() {
		assert.Fail(t, "nothing to walk")
	}
}

func TestNullIsNoText(t *testing.T) {
	root, err := hocon.Parse([]byte(`a = null, b = "null"`))
	require.NoError(t, err)
	assert.Equal(t, hocon.Null, root.Get("a").Kind)
	assert.Empty(t, root.Get("a").String())
	assert.Equal(t, hocon.Text, root.Get("b").Kind)
	assert.Equal(t, "null", root.Get("b").String())
}

func TestTextIsReadAsTheReferenceReadsIt(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "",
		"a = x":                               "a=x",
		"{a : x} // end":                      "a=x",
		"a\n=\n\nx":                           "a=x",
		"a = x,":                              "a=x",
		"a = x, b = y\r\nc = z":               "a=x b=y c=z",
		"\ufeffa\u00a0=\u2028x\t# c":          "a=x",
		"a = 1.0.0":                           "a=1.0.0",
		"a = 1e+5":                            "a=1e+5",
		"a = 1_000":                           "a=1_000",
		"a = 10 m":                            "a=10 m",
		`a = x  "y z" w`:                      "a=x  y z w",
		`a = "\"\\\/\u00e9\ud835\udcb3"`:      `a="\/é𝒳`,
		`a = """x"y\n"""""`:                   `a=x"y\n""`,
		"a = null, b = null x":                "b=null x",
		"a = x/y//z":                          "a=x/y",
		"a.b.c = x":                           "a.b.c=x",
		`"a.b".c = x`:                         `["a.b"].c=x`,
		`"" = x`:                              `[""]=x`,
		"a b . c = x":                         `["a b "][" c"]=x`,
		"a = x, a = y":                        "a=y",
		"a {b = x}, a {c = y}":                "a.b=x a.c=y",
		"a {b = x}, a = z, a.c = y":           "a.c=y",
		"a {b {c = x}}, a {b = 1, b {d = y}}": "a.b.d=y",
		"a = {b = x} {c = y}":                 "a.b=x a.c=y",
		"a = [x] [y\nz,]":                     "a[0]=x a[1]=y a[2]=z",
		"includes = x":                        "includes=x",
		"a.include = x":                       "a.include=x",
	} {
		root, err := hocon.Parse([]byte(text))
		if !assert.NoError(t, err, "%q", text) {
			continue
		}
		var got []string
		for path, leaf := range root.Texts() {
			got = append(got, path.String()+"="+leaf.Text)
		}
		assert.Equal(t, want, strings.Join(got, " "), "%q", text)
	}
}

func TestBrokenTextIsRefusedWhereItBreaks(t *testing.T) {
	deep := strings.Repeat("{a=", 65)
	for text, want := range map[string]string{
		"a = \"x":                          "line 1, column 5: the text has no closing quotation mark",
		"a = \"x\nb = \"y\"":               `line 1, column 5: the text has no closing quotation mark on its line: add it, or write """ around several lines`,
		"é = \"\"\"x\n\"\"":                `line 1, column 5: the text after """ has no closing """`,
		"a = \"x\ty\"":                     `line 1, column 7: the control character '\t' cannot stand in a quoted text: write \u0009`,
		`a = "\q"`:                         `line 1, column 5: the text has an escape that HOCON does not know: write \\ for a backslash`,
		`a = "\`:                           "line 1, column 5: the text has no closing quotation mark",
		"a = [\n  1\n":                     "line 1, column 5: the bracket is never closed: a ] is missing",
		"\n{ a = 1":                        "line 2, column 1: the bracket is never closed: a } is missing",
		"a = [ 1 2 }":                      "line 1, column 11: found } where a comma or a new line belongs",
		"a = [ x, b = 1 ]":                 "line 1, column 12: found = where a comma or a new line belongs",
		"a = {} ]":                         "line 1, column 8: found ] where a comma or a new line belongs",
		"a = [] x":                         `line 1, column 8: found "x" where a comma or a new line belongs`,
		"a {} {}":                          "line 1, column 6: found { where a comma or a new line belongs",
		"}":                                "line 1, column 1: found } where a key belongs",
		"{}\n b":                           `line 2, column 2: found "b" after the end of the configuration`,
		"[1]":                              "line 1, column 1: found [ where a key belongs",
		"a = 1,, b = 2":                    "line 1, column 7: found , where a key belongs",
		"a = [,]":                          "line 1, column 6: found , where a value belongs",
		"a =":                              "line 1, column 4: found the end of the text where a value belongs",
		"a\n":                              `line 2, column 1: found the end of the text after the key "a": write = and a value`,
		"a 5":                              `line 1, column 4: found the end of the text after the key "a 5": write = and a value`,
		`hosts ["x"]`:                      `line 1, column 7: found [ after the key "hosts": write = and a value`,
		"a..b = 1":                         "line 1, column 1: the key has a dot with nothing before or after it: write it in quotation marks",
		"a = 1+2":                          "line 1, column 6: the character + is reserved: write the text in quotation marks",
		"a = *.b":                          "line 1, column 5: the character * is reserved: write the text in quotation marks",
		"a += 1":                           "line 1, column 3: += stands for a substitution of HOCON's own: write = and the whole list",
		"a = ${?HOST}":                     `line 1, column 5: ${ begins no substitution of Streaming's: write "${NAME:-default}"`,
		"a = x${HOST":                      `line 1, column 6: ${ begins no substitution of Streaming's: write "${NAME:-default}"`,
		"a = ${HOST:-x\n}":                 `line 1, column 5: ${ begins no substitution of Streaming's: write "${NAME:-default}"`,
		"a = x@y z@":                       "line 1, column 6: the character @ is reserved: write the text in quotation marks",
		"${NODE} = {}":                     `line 1, column 1: ${NODE} stands outside of quotation marks, where its dots would divide the key: write "${NODE}"`,
		"a ${NODE} = {}":                   `line 1, column 3: found "${NODE}" after the key "a": write = and a value`,
		"a = ${HOST} [x]":                  "line 1, column 13: found [ where a comma or a new line belongs",
		`include "/etc/passwd"`:            "line 1, column 1: a file that a node loads cannot include another: put its content here",
		"a { include url(\"http://x\") }":  "line 1, column 5: a file that a node loads cannot include another: put its content here",
		"a = é\xff":                        "line 1, column 6: the text is not UTF-8 from here on: save it in that encoding",
		deep:                               "line 1, column 193: nested deeper than 64 levels",
		strings.Repeat("a.", 65) + "a = 1": "line 1, column 1: nested deeper than 64 levels",
		strings.Repeat(" ", 1<<20+1):       "line 1, column 1: the text is larger than 1048576 bytes",
	} {
		root, err := hocon.Parse([]byte(text))
		assert.EqualError(t, err, want, "%.60q", text)
		assert.Nil(t, root)
		assert.IsType(t, &hocon.SyntaxError{}, err)
	}
}

func FuzzParseIsBoundedAndPointsIntoTheText(f *testing.F) {
	for _, name := range []string{"security.conf", "node.conf"} {
		text, err := os.ReadFile("testdata/" + name)
		require.NoError(f, err)
		f.Add(string(text))
	}
	for _, text := range []string{"a=[{b:\"\\u00e9\"}] [x]", "a.b{}\n\"\"=1e+5 # c", `a="""b""""`, "é 𝒳 = \u2028x", "a=[${B:-c.d}, x${E}\"y\"] # @f@", "a=@b.c@-1", "a=${B}\nc = [ ${D:-e f} ,${F}\n]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, err := hocon.Parse([]byte(text))
		if err != nil {
			var syntax *hocon.SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.NotNil(t, from(text, syntax.Line, syntax.Column), "%v", err)
			return
		}
		if quoted, only := inQuotes(text); only {
			closed, err := hocon.Parse([]byte(quoted))
			require.NoError(t, err, "%q", quoted)
			assert.Equal(t, leaves(closed), leaves(root), "%q", quoted)
		}
		for path, leaf := range root.Texts() {
			source := from(text, leaf.Line, leaf.Column)
			require.NotEmpty(t, source, "%s", path)
			assert.True(t, source[0] == '"' || strings.HasPrefix(leaf.Text, string(source[0])), "%s: %q", path, string(source))
			_, _ = leaf.ParseText()
			_ = leaf.Expand(func(text string) string { return strings.ReplaceAll(text, "}", "]") })
		}
	})
}

// from is the rest of a line, and nil for a place outside of the text.
func from(text string, line, column int) []rune {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return nil
	}
	characters := []rune(lines[line-1])
	if column < 1 || column > len(characters)+1 {
		return nil
	}
	return characters[column-1:]
}

// alone matches a substitution that is a whole value, and nothing else that looks like one.
var alone = regexp.MustCompile(`(^|[=:\[,\n])([ \t]*)(\$\{[A-Za-z0-9_.$-]+(?::-[^}\n"\\\x00-\x1f]*)?\})([ \t]*(?:[\],\n]|$))`)

// inQuotes puts quotation marks around the substitutions of a text that are whole values; only
// says that the text holds nothing in which such a piece could be something else.
func inQuotes(text string) (quoted string, only bool) {
	for range 2 { // neighbours share what is between them
		text = alone.ReplaceAllString(text, `$1$2"$3"$4`)
	}
	count := strings.Count(text, `"${`)
	only = count > 0 && count == strings.Count(text, "${") && 2*count == strings.Count(text, `"`) && !strings.ContainsAny(text, "#/")
	return text, only
}
