package review_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/source"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/schemas"
)

var update = flag.Bool("update", false, "write what is found into the cases")

// A labelled case is a change that a person has judged: its comment says what is done,
// "old.yaml" and "new.yaml" are the environment before and after, which extend
// testdata/_base.yaml; a missing one is an environment that is not there. Files named
// "old PATH" and "new PATH" take the place of generated ones, or are there besides. All
// others are files of the environments folder. "risks" lists what is to be found, a
// line each: rule, object, message, line.
type labelled struct {
	path    string
	archive *txtar.Archive
}

func readCase(t testing.TB, path string) *labelled {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	require.NoError(t, err)
	return &labelled{path, archive}
}

func (c *labelled) file(name string) *txtar.File {
	i := slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &c.archive.Files[i]
}

// side renders one of the two environments.
func (c *labelled) side(t testing.TB, when string) (side, *config.Environment) {
	t.Helper()
	text := c.file(when + ".yaml")
	if text == nil {
		return side{Environment: "production"}, nil
	}
	dir := t.TempDir()
	base, err := os.ReadFile("testdata/_base.yaml")
	require.NoError(t, err)
	write(t, dir, "_base.yaml", base)
	write(t, dir, "production.yaml", text.Data)
	for _, file := range c.archive.Files {
		if !strings.Contains(file.Name, " ") {
			write(t, dir, file.Name, file.Data)
		}
	}
	rendered, env := renderEnvironment(t, dir, "production")
	for _, file := range c.archive.Files {
		if path, found := strings.CutPrefix(file.Name, when+" "); found {
			rendered.Files = slices.DeleteFunc(rendered.Files, func(f manifest.File) bool { return f.Path == path })
			if len(file.Data) > 0 {
				rendered.Files = append(rendered.Files, manifest.File{Path: path, Data: file.Data})
			}
		}
	}
	return rendered, env
}

// A side is the files of an environment.
type side struct {
	Environment, Namespace, Domain string
	Files                          []manifest.File
}

func (s side) set() *manifest.Set {
	return manifest.NewSet(s.Files, manifest.Facts{Environment: s.Environment, Namespace: s.Namespace, Domain: s.Domain})
}

func write(t testing.TB, dir, name string, data []byte) {
	t.Helper()
	target := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o755))
	require.NoError(t, os.WriteFile(target, data, 0o644))
}

func renderEnvironment(t testing.TB, dir, name string) (side, *config.Environment) {
	t.Helper()
	folder, err := config.Open(dir, "environments", schemas.Minors())
	require.NoError(t, err)
	defer folder.Close()
	env, problems := folder.Read(name)
	require.False(t, rule.Failed(problems), "%v", problems)
	files, problems := generate.Render(env)
	require.False(t, rule.Failed(problems), "%v", problems)
	made := side{Environment: name, Namespace: env.Namespace, Domain: env.Cluster.Domain}
	for _, f := range files {
		made.Files = append(made.Files, manifest.File(f))
	}
	return made, env
}

// locate points into an environment file, as the command does.
func locate(env *config.Environment) review.Locate {
	if env == nil {
		return nil
	}
	files, _ := generate.Render(env)
	sources := source.New(env, files, generate.Render)
	return func(manifest, file, field string) (string, int) {
		at, _ := env.Origins.At(sources.Of(manifest, file, field))
		return at.File, at.Line
	}
}

func (c *labelled) report(t testing.TB) review.Report {
	t.Helper()
	old, _ := c.side(t, "old")
	new, env := c.side(t, "new")
	comparer := review.NewComparer()
	comparer.Add(old.set(), new.set(), locate(env))
	return comparer.Report()
}

// risksOf are the risks of a report, a line each.
func risksOf(report review.Report) (lines []string) {
	for _, d := range report.Changes {
		for _, r := range d.Risks {
			lines = append(lines, fmt.Sprintf("%s %s/%s: %s (%s)", r.Rule, d.Kind, d.Name, r.Message, rule.Position{File: r.File, Line: r.Line}))
		}
	}
	return lines
}

// caseName says which rule a case is about, and whether it is a near miss.
var caseName = regexp.MustCompile(`^(ER\d{3})-(trigger|near)-[a-z0-9-]+\.txtar$`)

func TestEveryRiskIsFoundWhereItIsAndNowhereElse(t *testing.T) {
	paths, err := filepath.Glob("testdata/cases/*.txtar")
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(paths), 40)
	seen, score := map[string]bool{}, scores{}
	for _, path := range paths {
		name := caseName.FindStringSubmatch(filepath.Base(path))
		require.NotNil(t, name, path)
		t.Run(filepath.Base(path), func(t *testing.T) {
			c := readCase(t, path)
			got := risksOf(c.report(t))
			want := c.labels(t, got)
			score.add(want, got)
			assert.Equal(t, want, got)
			ofRule := slices.ContainsFunc(want, func(line string) bool { return strings.HasPrefix(line, name[1]) })
			assert.Equal(t, name[2] == "trigger", ofRule, "whether the risk is there")
		})
		seen[name[1]+name[2]] = true
	}
	for _, r := range review.Rules {
		assert.True(t, seen[r.ID+"trigger"], "%s has no case that has it", r.ID)
		assert.True(t, seen[r.ID+"near"], "%s has no near miss", r.ID)
	}
	t.Logf("%d changes, %d risks: precision %.3f, recall %.3f", len(paths), score.labelled, score.precision(), score.recall())
	assert.Equal(t, []float64{1, 1}, []float64{score.precision(), score.recall()})
}

// labels are what a person says of the case; with -update, what is found takes their
// place, for a person to judge.
func (c *labelled) labels(t *testing.T, got []string) []string {
	t.Helper()
	risks := c.file("risks")
	require.NotNil(t, risks)
	if *update {
		risks.Data = []byte(strings.Join(got, "\n") + "\n")
		require.NoError(t, os.WriteFile(c.path, txtar.Format(c.archive), 0o644))
	}
	if text := strings.TrimSpace(string(risks.Data)); text != "" {
		return strings.Split(text, "\n")
	}
	return nil
}

// scores count risks by rule and object: what is labelled, what is found, and both.
type scores struct{ labelled, found, both int }

func (s *scores) add(want, got []string) {
	head := func(line string) string {
		head, _, _ := strings.Cut(line, ": ")
		return head
	}
	left := map[string]int{}
	for _, line := range want {
		left[head(line)]++
	}
	for _, line := range got {
		if left[head(line)] > 0 {
			left[head(line)]--
			s.both++
		}
	}
	s.labelled += len(want)
	s.found += len(got)
}

func (s *scores) precision() float64 { return float64(s.both) / float64(s.found) }
func (s *scores) recall() float64    { return float64(s.both) / float64(s.labelled) }
