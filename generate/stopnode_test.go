package generate_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shells are those that images have as /bin/sh.
var shells = [][]string{{"/bin/sh"}, {"dash"}, {"bash", "--posix"}, {"busybox", "sh"}}

// epadmin stands for the product's own: it notes its arguments, each in its own
// brackets, answers the question for the port, and fails on demand.
const epadmin = `#!/bin/sh
{ printf '[%s]' "$@"; echo; } >> "$CALLS"
[ "$1" = getadminport ] && echo 25144
exit "$EPADMIN_EXITS"
`

// noKill holds the script back from the processes of the machine under the test.
const noKill = "kill() { :; }\n"

func TestAStoppingPodStopsItsNode(t *testing.T) {
	installed := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(installed, "epadmin"), []byte(epadmin), 0o755))
	const asked = "[getadminport][node][--installpath=/var/opt/tibco/streambase/node/flowa0.orders.flowa]\n"
	for _, test := range []struct{ name, path, exits, calls string }{
		{"the port that the node has is where it is stopped", installed + ":/usr/bin:/bin", "0", asked + "[--adminport=25144][stop][node]\n"},
		{"without a port nothing is stopped", installed + ":/usr/bin:/bin", "1", asked},
		{"without epadmin the pod still ends well", "/usr/bin:/bin", "0", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			eachShell(t, func(t *testing.T, shell []string) {
				calls := filepath.Join(t.TempDir(), "calls")
				require.NoError(t, os.WriteFile(calls, nil, 0o644))
				script := exec.CommandContext(deadline(t), shell[0], slices.Concat(shell[1:], []string{"-c", noKill + preStop(t)})...)
				script.Env = []string{
					"PATH=" + test.path, "CALLS=" + calls, "EPADMIN_EXITS=" + test.exits,
					"STREAMING_NODENAME=flow-a-0.orders.flow-a", "STREAMING_RUNTIME_HOME=/var/opt/tibco/streambase",
				}
				output, err := script.CombinedOutput()
				require.NoError(t, err, string(output))
				got, err := os.ReadFile(calls)
				require.NoError(t, err)
				assert.Equal(t, test.calls, string(got))
			})
		})
	}
}

// pod is process 1 of a pod after the node has stopped: like start-node it waits
// in sleep, and the kernel keeps every signal from it that it does not handle.
const pod = `
sh -c 'sleep 600 & echo $! > "$0/other"; wait' "$WORK" &
until [ -s "$WORK/other" ]; do :; done
{ until grep -q . "$WORK/waiting" 2> /dev/null; do :; done
  kill 1
  sh -c "$PRESTOP"
  echo "preStop exits $?"; } &
{ until [ "$(cat /proc/[0-9]*/stat | grep -c '^[0-9]* (sleep) S 1 ')" = 1 ]; do :; done; echo yes > "$WORK/waiting"; } &
sleep infinity
echo "start-node goes on"
kill -0 "$(cat "$WORK/other")" && echo "the other sleep is still there"
`

func TestAStoppedPodEndsAtOnce(t *testing.T) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("only root on Linux can be process 1 of a namespace of its own")
	}
	if output, err := exec.Command("unshare", "--pid", "--fork", "--mount-proc", "true").CombinedOutput(); err != nil {
		t.Skipf("no new namespace here: %v: %s", err, output)
	}
	process1 := exec.CommandContext(deadline(t), "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", pod)
	process1.Env = append(os.Environ(), "WORK="+t.TempDir(), "PRESTOP="+preStop(t), "STREAMING_NODENAME=flow-0.orders.flow")
	output, err := process1.Output()
	require.NoError(t, err)
	assert.Contains(t, string(output), "start-node goes on\n")
	assert.Contains(t, string(output), "the other sleep is still there\n")
}

// preStop is the script of a rendered pod.
func preStop(t *testing.T) string {
	t.Helper()
	set := decoded(t, contents(t, "testdata/render/minimal/out/minimal")["flow/statefulset.yaml"])
	command, ok := fieldIn(set, theContainer+".lifecycle.preStop.exec.command").([]any)
	require.True(t, ok)
	require.Equal(t, []any{"/bin/sh", "-c"}, command[:2])
	return command[2].(string)
}

func eachShell(t *testing.T, run func(*testing.T, []string)) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("what runs here runs in a container of Linux")
	}
	for _, shell := range shells {
		t.Run(filepath.Base(shell[0]), func(t *testing.T) {
			if _, err := exec.LookPath(shell[0]); err != nil {
				t.Skip("there is no such shell here")
			}
			run(t, shell)
		})
	}
}

// deadline ends what would wait for ever.
func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}
