package validate_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/rule"
)

var update = flag.Bool("update", false, "write what is found into the cases")

// A header is the YAML before the files of a case.
type header struct {
	// Loose files belong to no environment, and start from none.
	Loose bool `json:"loose"`
	// Twin is a second environment of the same cluster, with the same files but
	// for its name in place of the first one's, unless Same.
	Twin string `json:"twin"`
	Same bool   `json:"same"`
	// Thorough makes it the gate that looks, which also says what the other commands leave out.
	Thorough bool `json:"thorough"`
	// Fill is the length of the text that takes the place of FILL.
	Fill  int            `json:"fill"`
	Facts validate.Facts `json:"facts"`
}

// A testCase changes the good environment: a file named "edit PATH" holds a text
// of that file, a line "=>", and its replacement; "remove PATH" takes a file away;
// "add PATH" adds one that kustomization.yaml lists; any other file is there as is.
type testCase struct {
	header
	path    string
	archive *txtar.Archive
	files   []validate.File
}

func readCase(t *testing.T, path string) *testCase {
	archive, err := txtar.ParseFile(path)
	require.NoError(t, err)
	c := &testCase{path: path, archive: archive}
	require.NoError(t, yaml.UnmarshalStrict(archive.Comment, &c.header))
	if !c.Loose {
		c.files = good(t)
		c.Facts.Environment = "production"
		c.Facts.Policy.PodSecurity = orElse(c.Facts.Policy.PodSecurity, "restricted")
	}
	c.Facts.KubernetesVersion = orElse(c.Facts.KubernetesVersion, "1.34")
	if c.Facts.Today.IsZero() {
		c.Facts.Today = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	}
	for _, file := range archive.Files {
		c.apply(t, file)
	}
	return c
}

func orElse(value, other string) string {
	if value == "" {
		return other
	}
	return value
}

func (c *testCase) apply(t *testing.T, file txtar.File) {
	verb, path, found := strings.Cut(file.Name, " ")
	if !found {
		verb, path = "", file.Name
	}
	switch verb {
	case "edit":
		old, replacement, found := strings.Cut(string(file.Data), "=>\n")
		require.True(t, found, "%s: no => in %s", c.path, file.Name)
		target := c.file(t, path)
		require.Equal(t, 1, strings.Count(string(target.Data), old), "%s: %s: the text is not there once", c.path, file.Name)
		target.Data = []byte(strings.Replace(string(target.Data), old, replacement, 1))
	case "remove":
		*c.file(t, path) = validate.File{}
	default:
		if path == "want" {
			return
		}
		c.files = append(c.files, validate.File{Path: path, Data: file.Data})
		if verb == "add" {
			list := c.file(t, "kustomization.yaml")
			list.Data = slices.Concat(list.Data, []byte("- "+path+"\n"))
		}
	}
}

func (c *testCase) file(t *testing.T, path string) *validate.File {
	for i := range c.files {
		if c.files[i].Path == path {
			return &c.files[i]
		}
	}
	require.Fail(t, "no such file", "%s: %s", c.path, path)
	return nil
}

// good is the environment without a fault.
func good(t testing.TB) []validate.File {
	archive, err := txtar.ParseFile("testdata/good.txtar")
	require.NoError(t, err)
	var files []validate.File
	for _, file := range archive.Files {
		files = append(files, validate.File{Path: file.Name, Data: file.Data})
	}
	return files
}

// run checks the case's environment, and its twin if it has one.
func (c *testCase) run() []rule.Problem {
	checker := validate.NewChecker()
	checker.Thorough = c.Thorough
	problems := checker.Files(c.present(), c.Facts)
	if c.Twin == "" {
		return problems
	}
	facts, files := c.Facts, c.present()
	facts.Environment = c.Twin
	for i := range files {
		if !c.Same {
			files[i].Data = []byte(strings.ReplaceAll(string(files[i].Data), "production", c.Twin))
		}
	}
	problems = append(problems, checker.Files(files, facts)...)
	return append(problems, checker.Clashes()...)
}

func (c *testCase) present() []validate.File {
	var files []validate.File
	for _, file := range c.files {
		file.Data = bytes.ReplaceAll(file.Data, []byte("FILL"), bytes.Repeat([]byte("x"), c.Fill))
		if file.Path != "" {
			files = append(files, file)
		}
	}
	return files
}

// lines are problems as a person reads them, each with its hint.
func lines(problems []rule.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.String() + "\n  " + p.Manifest + ": " + p.Hint + "\n")
	}
	return b.String()
}

func (c *testCase) compare(t *testing.T, got string) {
	for i := range c.archive.Files {
		want := &c.archive.Files[i]
		if want.Name != "want" {
			continue
		}
		if *update {
			want.Data = []byte(got)
			require.NoError(t, os.WriteFile(c.path, txtar.Format(c.archive), 0o644))
		}
		assert.Equal(t, string(want.Data), got)
		return
	}
	require.Fail(t, "the case has no file \"want\"", c.path)
}

// caseName says which rule a case is about, and whether it breaks it.
var caseName = regexp.MustCompile(`^(EF\d{3})-(invalid|valid)-[a-z0-9-]+\.txtar$`)

func TestCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/EF*.txtar")
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, path := range paths {
		name := caseName.FindStringSubmatch(filepath.Base(path))
		require.NotNil(t, name, path)
		t.Run(filepath.Base(path), func(t *testing.T) {
			c := readCase(t, path)
			got := lines(c.run())
			c.compare(t, got)
			assert.Equal(t, name[2] == "invalid", strings.Contains(got, "["+name[1]+"]"), "whether the rule is broken")
		})
		seen[name[1]+name[2]] = true
	}
	for _, r := range validate.Rules() {
		// Found by the caller, who has the ledger.
		if r.ID == "EF325" {
			continue
		}
		assert.True(t, seen[r.ID+"invalid"], "%s has no case that breaks it", r.ID)
		assert.True(t, seen[r.ID+"valid"], "%s has no near miss", r.ID)
	}
}

func TestGoodEnvironmentHasNoProblem(t *testing.T) {
	facts := validate.Facts{Environment: "production", Cluster: "a", KubernetesVersion: "1.34", ProductVersion: "11.2", Policy: validate.Policy{PodSecurity: "restricted"}}
	checker := validate.NewChecker()
	assert.Empty(t, lines(checker.Files(good(t), facts)))
	assert.Empty(t, checker.Clashes())
}
