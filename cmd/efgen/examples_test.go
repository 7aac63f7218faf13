package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// A workflow is what the tests look at in one.
type workflow struct {
	On          map[string]any
	Permissions map[string]string
	Jobs        map[string]struct {
		Permissions map[string]string
		Steps       []workflowStep
	}
}

type workflowStep struct {
	Name, Uses, Run, If string
	With                map[string]any
	Env                 map[string]string
}

func readWorkflow(t *testing.T, name string) (w workflow) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository(t), ".github", "examples", name))
	require.NoError(t, err)
	// "on" is a word for true in YAML 1.1.
	text = regexp.MustCompile(`(?m)^on:`).ReplaceAll(text, []byte(`"on":`))
	require.NoError(t, yaml.Unmarshal(text, &w))
	return w
}

var pinned = regexp.MustCompile(`^actions/[a-z-]+@[0-9a-f]{40}$`)

// A branch that nobody has reviewed runs these workflows: it gets no more rights than they
// name, its content is no part of a script, and what it is compared with is all there.
func TestExampleWorkflowsTrustNoBranch(t *testing.T) {
	for name, rights := range map[string]map[string]string{
		"gate.yml":   {"contents": "read"},
		"review.yml": {"contents": "read", "pull-requests": "write"},
	} {
		w := readWorkflow(t, name)
		require.Len(t, w.Jobs, 1, name)
		assert.Len(t, w.On, 1, name)
		assert.Contains(t, w.On, "pull_request", name)
		assert.Empty(t, w.Permissions, name)
		for _, job := range w.Jobs {
			assert.Equal(t, rights, job.Permissions, name)
			assert.EqualValues(t, 0, job.Steps[0].With["fetch-depth"], name)
			assert.Equal(t, false, job.Steps[0].With["persist-credentials"], name)
			for _, step := range job.Steps {
				assert.NotContains(t, step.Run, "${{", name)
				assert.NotContains(t, step.Run, "@latest", name)
				if step.Uses != "" {
					assert.Regexp(t, pinned, step.Uses, name)
				}
				if step.Name != "comment" {
					assert.Empty(t, step.Env, name)
				}
			}
		}
	}
}

// fakeGH stands for GitHub's command: it lists the comments of a file, and writes down
// what else it is asked.
const fakeGH = `#!/bin/sh
case "$*" in
*--paginate*) jq -r "$5" "$COMMENTS" ;;
*) echo "$3 $4 $5" | cut -d' ' -f2,3 >> "$ASKED"; for last; do :; done; cat "${last#body=@}" >> "$ASKED" ;;
esac
`

func TestTheReviewIsOneComment(t *testing.T) {
	for _, command := range []string{"bash", "jq"} {
		if _, err := exec.LookPath(command); err != nil || runtime.GOOS == "windows" {
			t.Skip("the script is for a runner with " + command)
		}
	}
	var script string
	for _, step := range readWorkflow(t, "review.yml").Jobs["review"].Steps {
		if step.Name == "comment" {
			script = step.Run
			assert.Contains(t, step.If, "head.repo.full_name == github.repository", "a fork's token cannot comment")
		}
	}
	const marked, strangers = `{"id": 7, "user": {"login": "github-actions[bot]"}, "body": "<!-- efgen review -->\nold"}`,
		`{"id": 5, "user": {"login": "somebody"}, "body": "<!-- efgen review -->\nmine"}, {"id": 6, "user": {"login": "github-actions[bot]"}, "body": "see <!-- efgen review -->"}`
	for name, c := range map[string]struct{ comments, changed, want string }{
		"the first one":                 {"[" + strangers + "]", "true", "POST repos/o/r/issues/3/comments\n<!-- efgen review -->\nnew\n"},
		"a later one":                   {"[" + strangers + "," + marked + "]", "true", "PATCH repos/o/r/issues/comments/7\n<!-- efgen review -->\nnew\n"},
		"nothing changes":               {"[" + strangers + "]", "false", ""},
		"nothing changes any more":      {"[" + marked + "]", "false", "PATCH repos/o/r/issues/comments/7\n<!-- efgen review -->\nnew\n"},
		"two, by an accident of before": {"[" + marked + "," + marked + "]", "true", "PATCH repos/o/r/issues/comments/7\n<!-- efgen review -->\nnew\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range map[string]string{"gh": fakeGH, "review.md": "new\n", "comments": c.comments, "asked": ""} {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o755))
			}
			cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
			cmd.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"), "RUNNER_TEMP="+dir, "COMMENTS="+dir+"/comments",
				"ASKED="+dir+"/asked", "GITHUB_REPOSITORY=o/r", "NUMBER=3", "CHANGED="+c.changed)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))
			asked, err := os.ReadFile(filepath.Join(dir, "asked"))
			require.NoError(t, err)
			assert.Equal(t, c.want, string(asked))
		})
	}
}
