package tree

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const digits = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestLedgerIsSha256sumText(t *testing.T) {
	t.Chdir(t.TempDir())
	run(t, "production", inputs["one"])
	text, err := os.ReadFile("out/production/efgen.lock")
	require.NoError(t, err)

	command, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("no sha256sum here")
	}
	check := exec.Command(command, "--strict", "--check", LedgerName)
	check.Dir = "out/production"
	output, err := check.CombinedOutput()
	require.NoError(t, err, "%s", output)
	assert.Equal(t, "ef/deep/ingress.yaml: OK\nef/service.yaml: OK\nnamespace.yaml: OK\nold/route.yaml: OK\n", string(output))
	assert.Len(t, strings.Split(string(text), "\n"), len(inputs["one"])+1)
}

func TestParseLedgerNamesTheLine(t *testing.T) {
	good := digits + "  namespace.yaml\n"
	for _, c := range []struct{ text, want string }{
		{"\n", `line 1: want 64 hexadecimal digits, two spaces, a path and a line end, got "\n"`},
		{good + digits + "  cut off", "line 2: want 64 hexadecimal digits, two spaces, a path and a line end"},
		{good + digits + "  \n", "line 2: want 64 hexadecimal digits, two spaces, a path and a line end"},
		{digits + " *namespace.yaml\n", "line 1: want 64 hexadecimal digits, two spaces"},
		{strings.ToUpper(digits) + "  a\n", "line 1: want 64 lower-case hexadecimal digits"},
		{strings.Repeat("g", 64) + "  a\n", "line 1: want 64 lower-case hexadecimal digits"},
		{good + digits + "  /etc/passwd\n", `line 2: path "/etc/passwd" is not one inside the environment's folder`},
		{digits + "  namespace.yaml\r\n", "line 1: its lines end in CRLF: the checkout has changed its line ends"},
		{good + digits + "  a\r\n" + good, "line 2: its lines end in CRLF"},
		{digits + "  name\rspace.yaml\n", "holds a character that Windows does not allow"},
		{digits + "  efgen.lock\n", `line 1: path "efgen.lock" is the ledger's`},
		{strings.Repeat(good, maxLedger/len(good)+1), "larger than 4194304 bytes, which no ledger is"},
	} {
		_, err := ParseLedger([]byte(c.text))
		assert.ErrorContains(t, err, c.want)
		var bad *LedgerError
		assert.ErrorAs(t, err, &bad)
	}
}

func TestParseLedgerTakesALineTwice(t *testing.T) {
	l, err := ParseLedger([]byte(strings.Repeat(digits+"  namespace.yaml\n", 2)))
	require.NoError(t, err)
	assert.Equal(t, digits+"  namespace.yaml\n", string(l.Text()))
}

func FuzzParseLedger(f *testing.F) {
	f.Add(LedgerOf(inputs["one"]).Text())
	f.Add([]byte(digits + "  a\n" + strings.Repeat("0", 64) + "  a\n"))
	f.Add([]byte("<<<<<<< HEAD\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := ParseLedger(text)
		if err != nil {
			return
		}
		again, err := ParseLedger(l.Text())
		require.NoError(t, err)
		assert.Equal(t, l, again)
		for path := range l {
			assert.NoError(t, checkPath(path))
		}
	})
}

func TestPathsAreThoseOfEverySystem(t *testing.T) {
	for _, path := range []string{"a", "rbac/role.yaml", "_gitops/application.yaml", "größe.yaml", "console/comet.yaml", "..a/b..c", "com10.yaml", ".github/x", "a.git"} {
		assert.NoError(t, checkPath(path))
	}
	for path, want := range map[string]string{
		"":                        "inside the environment's folder",
		".":                       "inside the environment's folder",
		"..":                      "inside the environment's folder",
		"a/../../b":               "inside the environment's folder",
		"/a":                      "inside the environment's folder",
		"a//b":                    "inside the environment's folder",
		"a\xff":                   "inside the environment's folder",
		strings.Repeat("a", 1025): "inside the environment's folder",
		`a\b`:                     "character that Windows does not allow",
		"c:b":                     "character that Windows does not allow",
		"a\nb":                    "character that Windows does not allow",
		"a/b.":                    "ends in a dot",
		"a/.git/config":           "a git repository's own folder",
		".GIT/hooks/pre-commit":   "a git repository's own folder",
		"a /b":                    "ends in a dot or a space",
		"nul":                     "device on Windows",
		"a/Con.yaml":              "device on Windows",
		"com1/a.yaml":             "device on Windows",
		"LPT¹.txt":                "device on Windows",
		".efgen.tmp":              "temporary files",
		"EFGEN.lock":              "is the ledger's",
		"efgen.lock/a":            "is the ledger's",
	} {
		assert.ErrorContains(t, checkPath(path), want)
	}
}

func TestEnvironmentsAreNames(t *testing.T) {
	reading, err := Open(t.TempDir())
	require.NoError(t, err)
	defer reading.Close()
	for _, name := range []string{"", ".", "..", "a/b", `a\b`, "nul", ".efgen-a.tmp"} {
		_, err := reading.Compare(name, nil)
		assert.ErrorContains(t, err, "cannot be the name of an environment's folder")
	}
}
