package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onTerminal runs a command in dir whose both streams are a terminal.
func onTerminal(dir string, env map[string]string, args ...string) (out, err string) {
	var stdout, stderr bytes.Buffer
	run(append([]string{"-C", dir}, args...), streams{
		stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr,
		getenv:  func(name string) string { return env[name] },
		columns: func(io.Writer) int { return 80 },
	})
	return stdout.String(), stderr.String()
}

// withMistake is a folder with one environment and one mistake.
func withMistake(t *testing.T) string {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "environments"), 0o755))
	text := "apiVersion: efgen/v1\r\nkind: Environment\r\napplications:\r\n  flow:\r\n    replicsa: 5\r\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "environments", "flow.yaml"), []byte(text), 0o644))
	return dir
}

func TestTerminalShowsTheLineWithACaret(t *testing.T) {
	dir := withMistake(t)
	_, stderr := onTerminal(dir, map[string]string{"NO_COLOR": "1"}, "generate", "--env", "flow")
	assert.Contains(t, stderr, "[EF101]\n    5 |     replicsa: 5\n      |     ^\n")
	assert.NotContains(t, stderr, "\x1b")
}

func TestColorsNeedATerminalThatHasThem(t *testing.T) {
	dir := withMistake(t)
	for name, c := range map[string]struct {
		env     map[string]string
		flag    string
		colored bool
	}{
		"terminal":               {map[string]string{"TERM": "xterm"}, "auto", true},
		"dumb terminal":          {map[string]string{"TERM": "dumb"}, "auto", false},
		"NO_COLOR":               {map[string]string{"NO_COLOR": "1", "FORCE_COLOR": "1"}, "auto", false},
		"forced on a dumb one":   {map[string]string{"TERM": "dumb", "CLICOLOR_FORCE": "1"}, "auto", true},
		"forced off":             {map[string]string{"FORCE_COLOR": "0"}, "auto", false},
		"flag beats NO_COLOR":    {map[string]string{"NO_COLOR": "1"}, "always", true},
		"flag beats FORCE_COLOR": {map[string]string{"FORCE_COLOR": "1"}, "never", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, stderr := onTerminal(dir, c.env, "generate", "--env", "flow", "--color", c.flag)
			assert.Contains(t, stderr, "unknown field")
			assert.Equal(t, c.colored, strings.Contains(stderr, "\x1b[31m"))
		})
	}
}

func TestProgressIsShownOfLongWorkAndErased(t *testing.T) {
	for name, c := range map[string]struct {
		work time.Duration
		want string
	}{
		"short": {progressAfter - time.Millisecond, ""},
		"long":  {progressAfter + time.Millisecond, eraseLine + "efgen: 12 of 87 environments" + eraseLine},
		"longer": {progressAfter + progressEvery + time.Millisecond,
			strings.Repeat(eraseLine+"efgen: 12 of 87 environments", 2) + eraseLine},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b bytes.Buffer
				out := &printer{streams: streams{
					stderr: &b, getenv: func(string) string { return "" }, columns: func(io.Writer) int { return 80 },
				}}
				var done atomic.Int64
				done.Store(12)
				stop := out.Progress(87, &done)
				time.Sleep(c.work)
				stop()
				assert.Equal(t, c.want, b.String())
			})
		})
	}
}

func TestProgressIsForThoseWhoWatch(t *testing.T) {
	for name, c := range map[string]struct {
		env     map[string]string
		columns int
		quiet   bool
		watched bool
	}{
		"terminal":      {nil, 80, false, true},
		"pipe":          {nil, 0, false, false},
		"CI":            {map[string]string{"CI": "true"}, 80, false, false},
		"dumb terminal": {map[string]string{"TERM": "dumb"}, 80, false, false},
		"quiet":         {nil, 80, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			out := &printer{quiet: c.quiet, streams: streams{
				getenv:  func(name string) string { return c.env[name] },
				columns: func(io.Writer) int { return c.columns },
			}}
			assert.Equal(t, c.watched, out.watched())
		})
	}
}
