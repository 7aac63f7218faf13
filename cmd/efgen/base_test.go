package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCommitNeedsGit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	code, out, problem := runIn(t, playground(t), "diff", "--base", "HEAD")
	assert.Equal(t, exitUsage, code)
	assert.Empty(t, out)
	assert.Equal(t, "efgen: --base \"HEAD\": there is no such folder, and no git on PATH to look for a commit\n"+
		"efgen: hint: install git, or name a folder\n", problem)
	code, _, _ = runIn(t, playground(t), "diff", "--base", "out", "--exit-code")
	assert.Zero(t, code, "a folder needs none")
}
