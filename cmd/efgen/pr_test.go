package main

import (
	"encoding/json"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest/fakegithub"
)

// proposing runs `efgen pr` in a folder of its own against a GitHub of its own.
type proposing struct {
	*fakegithub.Server
	dir string
	env map[string]string
}

func newProposing(t *testing.T) *proposing {
	p := &proposing{Server: fakegithub.New(t), dir: t.TempDir()}
	p.env = map[string]string{"GITHUB_API_URL": p.URL, "EFGEN_GITHUB_TOKEN": fakegithub.AppToken}
	environments := os.DirFS(filepath.Join(repository(t), "environments"))
	require.NoError(t, os.CopyFS(filepath.Join(p.dir, "environments"), environments))
	return p
}

// replace changes a text of an environment file.
func (p *proposing) replace(t *testing.T, name, old, text string) {
	at := filepath.Join(p.dir, "environments", name)
	data, err := os.ReadFile(at)
	require.NoError(t, err)
	require.Contains(t, string(data), old)
	require.NoError(t, os.WriteFile(at, []byte(strings.Replace(string(data), old, text, 1)), 0o644))
}

func (p *proposing) run(args ...string) (code int, stdout, stderr string) {
	var out, err strings.Builder
	code = run(append([]string{"-C", p.dir, "pr"}, args...), streams{
		stdin: strings.NewReader(""), stdout: &out, stderr: &err, getenv: func(name string) string { return p.env[name] },
	})
	return code, out.String(), err.String()
}

// TestPRProposesWhatGenerateWrites compares the proposal with the output folder,
// which pr does not touch.
func TestPRProposesWhatGenerateWrites(t *testing.T) {
	t.Parallel()
	p := newProposing(t)
	code, stdout, stderr := p.run("--env", "production")
	require.Equal(t, exitDone, code, stderr)
	assert.Regexp(t, `^production: created: http.*/pull/1\n$`, stdout)
	assert.NoDirExists(t, filepath.Join(p.dir, "out"))

	require.Equal(t, exitDone, run([]string{"-C", p.dir, "generate", "--env", "production", "-q"}, streams{
		stdout: &strings.Builder{}, stderr: &strings.Builder{}, getenv: func(string) string { return "" },
	}))
	expected := map[string]string{"README.md": "# Deploy\n"}
	for at, text := range filesOf(t, filepath.Join(p.dir, "out", "production")) {
		expected[path.Join("streaming/production", at)] = text
	}
	assert.Equal(t, expected, p.Files("refs/heads/efgen/production"))

	pull := p.Pulls()[0]
	assert.Contains(t, pull.Body, "`environments/production.yaml`")
	assert.Contains(t, pull.Body, "StatefulSet")
	assert.Regexp(t, `^Update production \(\d+ objects, \w+ risk\)$`, pull.Title)
	assert.Equal(t, []string{"streaming"}, pull.Labels)
	assert.Equal(t, []string{"streaming-operations"}, pull.Teams)

	code, stdout, _ = p.run("--env", "production")
	assert.Equal(t, exitDone, code)
	assert.Regexp(t, `^production: none: http.*/pull/1\n$`, stdout)
}

// TestPRReviewsWhatIsDeployed changes what is merged already.
func TestPRReviewsWhatIsDeployed(t *testing.T) {
	t.Parallel()
	p := newProposing(t)
	p.env["GITHUB_SHA"], p.env["GITHUB_RUN_NUMBER"] = strings.Repeat("ab", 20), "7"
	p.env["GITHUB_WORKFLOW_REF"] = "example/source/.github/workflows/propose.yml@refs/heads/main"
	code, _, stderr := p.run("--env", "production")
	require.Equal(t, exitDone, code, stderr)
	assert.Contains(t, p.Message("refs/heads/efgen/production"), "Efgen-Source: "+p.env["GITHUB_SHA"]+"\nEfgen-Run: 7\nEfgen-Workflow: example/source/.github/workflows/propose.yml\n")
	assert.NotContains(t, p.Pulls()[0].Body, p.env["GITHUB_SHA"])
	p.Squash(1)
	p.replace(t, "production.yaml", "applications:", "labels: {team: flow}\napplications:")

	code, stdout, stderr := p.run("--env", "production", "--format", "json")
	require.Equal(t, exitDone, code, stderr)
	var printed struct{ Proposals []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(stdout), &printed))
	require.Len(t, printed.Proposals, 1)
	one := printed.Proposals[0]
	assert.ElementsMatch(t, []string{"environments", "operation", "number", "url", "branch", "headSHA", "verified", "risk", "message", "warnings"}, keysOf(one))
	assert.Equal(t, []any{"created", 2.0, "efgen/production", true}, []any{one["operation"], one["number"], one["branch"], one["verified"]})
	assert.Equal(t, p.Head("efgen/production"), one["headSHA"])
	assert.NotEqual(t, "none", one["risk"])
	assert.Contains(t, p.Pulls()[1].Body, "team")
}

// TestPRSaysThatThereIsNothing asks for environments that are deployed in another way.
func TestPRSaysThatThereIsNothing(t *testing.T) {
	t.Parallel()
	p := newProposing(t)
	for _, name := range []string{"production.yaml", "openshift.yaml"} {
		require.NoError(t, os.Remove(filepath.Join(p.dir, "environments", name)))
	}
	code, stdout, stderr := p.run("--all")
	assert.Equal(t, exitDone, code)
	assert.Empty(t, stdout)
	assert.Equal(t, "efgen: nothing is proposed: none of the environments asked for names a deploy.repository\n", stderr)
	code, stdout, _ = p.run("--all", "--format", "json")
	assert.Equal(t, exitDone, code)
	assert.JSONEq(t, `{"proposals": []}`, stdout)
	assert.Empty(t, p.Requests())
}

// TestPRTakesTheLongestTitle counts characters as GitHub does, not bytes.
func TestPRTakesTheLongestTitle(t *testing.T) {
	t.Parallel()
	for length, expected := range map[int]int{256: exitDone, 257: exitProblems} {
		p := newProposing(t)
		p.replace(t, "production.yaml", "  pullRequest:", "  pullRequest:\n    title: "+strings.Repeat("ü", length))
		code, _, stderr := p.run("--env", "production")
		assert.Equal(t, expected, code, stderr)
		assert.Equal(t, expected == exitDone, len(p.Writes()) > 0, "what GitHub refuses is found before anything is written")
	}
}

func keysOf(object map[string]any) (keys []string) {
	for key := range object {
		keys = append(keys, key)
	}
	return keys
}

func TestPRDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	p := newProposing(t)
	code, stdout, stderr := p.run("--env", "production", "--dry-run")
	assert.Equal(t, exitDone, code, stderr)
	assert.Empty(t, p.Writes())
	assert.Regexp(t, `(?s)^production: would be created: .*  commit \d+ changes to branch efgen/production\n  open a pull request\n.*  added     namespace.yaml\n.*<details>`, stdout)
}

// TestPRGoesOn lets one of two proposals fail: the other one is made, and the
// higher exit code wins.
func TestPRGoesOn(t *testing.T) {
	t.Parallel()
	p := newProposing(t)
	p.Commit("main", "Bootstrap", map[string]string{"streaming/openshift/flux-system/gotk-sync.yaml": ""})
	code, stdout, stderr := p.run("--all", "--format", "json")
	assert.Equal(t, exitRefused, code)
	assert.Contains(t, stderr, "efgen: openshift: streaming/openshift/flux-system/gotk-sync.yaml: Flux's own")
	assert.Contains(t, stdout, `"operation": "created"`)
	assert.Contains(t, stdout, `"operation": "blocked"`)
	assert.NotEmpty(t, p.Head("efgen/production"))
	assert.Empty(t, p.Head("efgen/openshift"))

	p.Commit("efgen/production", "Fix", map[string]string{"x": ""})
	code, _, stderr = p.run("--all")
	assert.Equal(t, exitBlocked, code)
	assert.Contains(t, stderr, "hint: merge or move them away, or use --overwrite to replace them\n")
}

func TestPRExitCodes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(t *testing.T, p *proposing)
		args   []string
		code   int
		stderr string
	}{
		"no environment is asked for": {args: []string{}, code: exitUsage, stderr: "no environment is asked for"},
		"no such format":              {args: []string{"--all", "--format", "sarif"}, code: exitUsage, stderr: "this command prints text or json"},
		"no repository":               {args: []string{"--env", "development"}, code: exitProblems, stderr: `deploy.repository: names no repository to propose to \(write deploy.repository|deploy.repository`},
		"a mistake": {change: func(t *testing.T, p *proposing) { p.replace(t, "production.yaml", "applications:", "aplications:") },
			code: exitProblems, stderr: `did you mean "applications"`},
		"one path for two": {change: func(t *testing.T, p *proposing) {
			p.replace(t, "openshift.yaml", "base: main", "base: main\n  path: streaming/production")
		}, args: []string{"--all"}, code: exitProblems, stderr: "is the deploy path of environment"},
		"no token":     {change: func(_ *testing.T, p *proposing) { p.env["EFGEN_GITHUB_TOKEN"] = "" }, code: exitRemote, stderr: "there is no token for GitHub"},
		"a bad token":  {change: func(_ *testing.T, p *proposing) { p.env["EFGEN_GITHUB_TOKEN"] = "expired" }, code: exitRemote, stderr: "401 Bad credentials"},
		"not verified": {change: func(_ *testing.T, p *proposing) { p.Unsigned = true }, args: []string{"--env", "production", "--require-verified"}, code: exitBlocked, stderr: "has not verified the commit's signature: unsigned"},
		"no such base": {change: func(t *testing.T, p *proposing) { p.replace(t, "production.yaml", "base: main", "base: trunk") }, code: exitRemote, stderr: `has no branch "trunk"`},
		"no such repository": {change: func(t *testing.T, p *proposing) {
			p.replace(t, "production.yaml", "repository: example/deploy", "repository: example/other")
		}, code: exitRemote, stderr: "look for repository example/other: 404 Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProposing(t)
			if c.change != nil {
				c.change(t, p)
			}
			if c.args == nil {
				c.args = []string{"--env", "production"}
			}
			code, _, stderr := p.run(c.args...)
			assert.Equal(t, c.code, code, stderr)
			assert.Regexp(t, c.stderr, stderr)
			assert.Empty(t, p.Pulls())
			assert.Empty(t, p.Head("efgen/production"))
		})
	}
}

// TestPRTellsWorkflows is about what a workflow's steps get unasked.
func TestPRTellsWorkflows(t *testing.T) {
	t.Parallel()
	p := newProposing(t)
	maps.Copy(p.env, map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": filepath.Join(p.dir, "output"), "GITHUB_STEP_SUMMARY": filepath.Join(p.dir, "summary"),
		"EFGEN_GITHUB_TOKEN": "", "GITHUB_TOKEN": fakegithub.PersonToken,
	})
	code, _, stderr := p.run("--env", "production")
	require.Equal(t, exitDone, code, stderr)
	assert.Contains(t, stderr, "GITHUB_TOKEN is the token: GitHub starts no workflows for its pull requests")
	written := filesOf(t, p.dir)
	for _, output := range []string{"changed", "pr-number", "pr-url", "operation", "head-sha", "verified", "risk", "proposals"} {
		assert.Regexp(t, `(?m)^`+output+`<<\w{26}\n.+\n`, written["output"])
	}
	assert.Regexp(t, `(?s)operation<<\w+\ncreated\n.*verified<<\w+\nfalse\n`, written["output"])
	assert.Regexp(t, `### efgen pr\n\n- \*\*production\*\* created \[#1\]\(http.*\), \w+ risk: `, written["summary"])
}

// TestPRTellsWhatToDeleteFirst removes the file of an environment.
func TestPRTellsWhatToDeleteFirst(t *testing.T) {
	t.Parallel()
	p := newProposing(t)
	require.Equal(t, exitDone, run([]string{"-C", p.dir, "generate", "--all", "-q"}, streams{
		stdout: &strings.Builder{}, stderr: &strings.Builder{}, getenv: func(string) string { return "" },
	}))
	require.NoError(t, os.Remove(filepath.Join(p.dir, "environments", "openshift.yaml")))
	code, stdout, stderr := p.run("--all")
	assert.Equal(t, exitDone, code)
	assert.Contains(t, stderr, `openshift has no environment file any more: delete Flux's Kustomization "openshift", then its folder`)
	assert.NotContains(t, stdout, "openshift")
}
