package cluster

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ending says how the test that is run by another test ends.
const ending = "EFGEN_ENDING"

func TestNothingOutlivesATestThat(t *testing.T) {
	for _, how := range []string{"returns", "panics", "is killed"} {
		t.Run(how, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestThatIsRunByAnother$", "-test.v")
			cmd.Env = append(os.Environ(), ending+"="+how)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			pid := 0
			for lines := bufio.NewScanner(out); pid == 0 && lines.Scan(); {
				if text, found := strings.CutPrefix(lines.Text(), "started "); found {
					pid, err = strconv.Atoi(text)
					require.NoError(t, err)
				}
			}
			require.NotZero(t, pid)
			if how == "is killed" {
				require.True(t, runs(pid))
				require.NoError(t, cmd.Process.Kill())
			}
			_ = cmd.Wait()
			assert.NoError(t, Within(5*time.Second, func() error {
				if runs(pid) {
					return fmt.Errorf("process %d still runs", pid)
				}
				return nil
			}))
		})
	}
}

// runs is false of a process that has ended, even if nobody has asked how.
func runs(pid int) bool {
	_, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	return err == nil
}

func TestThatIsRunByAnother(t *testing.T) {
	how := os.Getenv(ending)
	if how == "" {
		t.Skip("it is not")
	}
	c := &Cluster{t: t, Dir: t.TempDir()}
	t.Cleanup(c.stop)
	c.Run("sleep", "/bin/sleep", []string{"60"}, nil, func() error { return nil })
	fmt.Println("started", c.processes[0].pid)
	switch how {
	case "panics":
		var unmade map[string]bool
		unmade["a mistake in a test"] = true
	case "is killed":
		time.Sleep(time.Minute)
	}
}

func TestAProcessThatEndsIsNotWaitedFor(t *testing.T) {
	p, err := start(t.TempDir(), "sh", "/bin/sh", []string{"-c", "echo it is broken; exit 3"}, nil)
	require.NoError(t, err)
	err = p.ready(func() error { return errors.New("not yet") })
	assert.ErrorContains(t, err, "sh has ended: exit status 3")
	assert.ErrorContains(t, err, "it is broken")
	assert.ErrorContains(t, p.stop(), "had ended by itself")
}
