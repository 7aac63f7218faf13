package main

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatOutlivesTheTestsIsFoundAndKilled(t *testing.T) {
	require.NoError(t, adopt())
	assert.NoError(t, leftovers(0), "nothing runs")

	out, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!").Output()
	require.NoError(t, err)
	pid := strings.TrimSpace(string(out))
	err = leftovers(200 * time.Millisecond)
	assert.ErrorContains(t, err, "killed "+pid)
	assert.NoError(t, leftovers(5*time.Second), "it is gone")
	_, err = syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
	assert.ErrorIs(t, err, syscall.ECHILD)
}
