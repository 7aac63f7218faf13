package generate_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shells are those that images have as /bin/sh.
var shells = [][]string{{"/bin/sh"}, {"dash"}, {"bash", "--posix"}, {"busybox", "sh"}}

// epadmin stands for the product's own: it notes its arguments, each in its own brackets,
// answers the question for the port, and fails or hangs at the command that it is told to.
const epadmin = `#!/bin/sh
{ printf '[%s]' "$@"; echo; } >> "$CALLS"
for word; do
  [ "$word" = "$HANGS" ] && exec sleep 600
  [ "$word" = "$FAILS" ] && exit 1
done
[ "$1" = getadminport ] && echo "$PORT"
exit 0
`

// A clock that stands still but for what hangs, which takes all the time that it may.
const (
	dateOfClock = `#!/bin/sh
cat "$CLOCK"
`
	timeoutOfClock = `#!/bin/sh
[ "$1 $2" = "-s KILL" ] || exit 125
limit=$3
shift 3
for word; do
  [ "$word" = "$HANGS" ] && { echo "$limit seconds of:" >> "$CALLS"; HANGS= "$@" > /dev/null; echo $(($(cat "$CLOCK") + limit)) > "$CLOCK"; exit 137; }
done
exec "$@"
`
)

// noKill holds the script back from the processes of the machine under the test.
const noKill = "kill() { :; }\n"

// stopped runs the script of a pod and returns what epadmin was told.
func stopped(t *testing.T, shell []string, script, path string, env ...string) string {
	t.Helper()
	work := t.TempDir()
	calls, clock := filepath.Join(work, "calls"), filepath.Join(work, "clock")
	require.NoError(t, os.WriteFile(calls, nil, 0o644))
	require.NoError(t, os.WriteFile(clock, []byte("1000\n"), 0o644))
	run := exec.CommandContext(deadline(t), shell[0], slices.Concat(shell[1:], []string{"-c", noKill + script})...)
	run.Env = append([]string{
		"PATH=" + path, "CALLS=" + calls, "CLOCK=" + clock, "PORT=25144", "HANGS=", "FAILS=",
		"STREAMING_NODENAME=flow-a-0.orders.flow-a", "STREAMING_RUNTIME_HOME=/var/opt/tibco/streambase",
	}, env...)
	output, err := run.CombinedOutput()
	require.NoError(t, err, string(output))
	got, err := os.ReadFile(calls)
	require.NoError(t, err)
	return string(got)
}

// installed is a folder with programs.
func installed(t testing.TB, programs map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range programs {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o755))
	}
	return folder
}

const (
	asksPort = "[getadminport][node][--installpath=/var/opt/tibco/streambase/node/flowa0.orders.flowa]\n"
	stops    = "[--adminport=25144][stop][node]\n"
	removes  = "[--adminport=25144][remove][node]\n"
)

// A stopped node is still discovered by the others, a removed one is not: so it is removed,
// whether or not it could be stopped.
func TestAStoppingPodStopsAndRemovesItsNode(t *testing.T) {
	t.Parallel()
	product := installed(t, map[string]string{"epadmin": epadmin, "date": dateOfClock, "timeout": timeoutOfClock})
	const system = "/usr/bin:/bin"
	for _, test := range []struct{ name, path, env, calls string }{
		{"the port that the node has is where it is stopped and removed", product + ":" + system, "", asksPort + stops + removes},
		{"a node that does not stop is removed", product + ":" + system, "FAILS=stop", asksPort + stops + removes},
		{"a node that cannot be removed stays", product + ":" + system, "FAILS=remove", asksPort + stops + removes},
		{"without an answer for the port there is no node", product + ":" + system, "FAILS=getadminport", asksPort},
		{"nor is there with an empty one", product + ":" + system, "PORT=", asksPort},
		{"without epadmin the pod still ends well", system, "", ""},
		{"a question that hangs leaves the time to end", product + ":" + system, "HANGS=getadminport", "88 seconds of:\n" + asksPort},
		{"a stop that hangs leaves the time to remove", product + ":" + system, "HANGS=stop", asksPort + "103 seconds of:\n" + stops + removes},
		{"a removal that hangs leaves the time to end", product + ":" + system, "HANGS=remove", asksPort + stops + "118 seconds of:\n" + removes},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			eachShell(t, func(t *testing.T, shell []string) {
				assert.Equal(t, test.calls, stopped(t, shell, preStop(t), test.path, test.env))
			})
		})
	}
}

// The time that a stop has follows the pod's, and the machine's own clock ends what hangs.
func TestAStopThatHangsEndsBeforeItsPod(t *testing.T) {
	t.Parallel()
	script, found := strings.CutPrefix(preStop(t), "grace=120\n")
	require.True(t, found, "the default")
	path := installed(t, map[string]string{"epadmin": epadmin}) + ":/usr/bin:/bin"
	if runtime.GOOS == "windows" {
		t.Skip("what runs here runs in a container of Linux")
	}
	calls := stopped(t, shells[0], "grace=8\n"+script, path, "HANGS=stop")
	assert.True(t, strings.HasPrefix(calls, asksPort+stops), calls)
}

// Where there is no program that ends another, a node is stopped all the same.
func TestANodeIsStoppedWithoutTimeout(t *testing.T) {
	t.Parallel()
	eachShell(t, func(t *testing.T, shell []string) {
		path := installed(t, map[string]string{"epadmin": epadmin, "date": dateOfClock})
		for _, tool := range []string{"sh", "tr", "cat"} {
			found, err := exec.LookPath(tool)
			require.NoError(t, err)
			require.NoError(t, os.Symlink(found, filepath.Join(path, tool)))
		}
		found, err := exec.LookPath(shell[0])
		require.NoError(t, err)
		assert.Equal(t, asksPort+stops+removes, stopped(t, append([]string{found}, shell[1:]...), preStop(t), path))
	})
}

// pod is process 1 of a pod: like start-node it waits in sleep, and the kernel keeps every
// signal from it that it does not handle. Its epadmin notes when the node has ended.
const pod = `
sh -c 'sleep 600 & echo $! > "$0/other"; wait' "$WORK" &
until [ -s "$WORK/other" ]; do :; done
{ until grep -q . "$WORK/waiting" 2> /dev/null; do :; done
  kill 1
  sh -c "$PRESTOP"
  echo "preStop exits $?"; } &
{ until [ "$(cat /proc/[0-9]*/stat | grep -c '^[0-9]* (sleep) S 1 ')" = 1 ]; do :; done; echo yes > "$WORK/waiting"; } &
sleep infinity
echo "start-node goes on, milliseconds after its node's end: $((($(date +%s%N) - $(cat "$WORK/ended")) / 1000000))"
kill -0 "$(cat "$WORK/other")" && echo "the other sleep is still there"
`

const epadminOfPod = `#!/bin/sh
case "$*" in
getadminport*) echo 25144 ;;
*stop*) exit "$STOPEXITS" ;;
*remove*) date +%s%N > "$WORK/ended" ;;
esac
`

// endedPod runs a pod to its end and returns what it says.
func endedPod(t testing.TB, stopExits string) string {
	t.Helper()
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("only root on Linux can be process 1 of a namespace of its own")
	}
	if output, err := exec.Command("unshare", "--pid", "--fork", "--mount-proc", "true").CombinedOutput(); err != nil {
		t.Skipf("no new namespace here: %v: %s", err, output)
	}
	process1 := exec.CommandContext(deadline(t), "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", pod)
	process1.Env = append(os.Environ(), "WORK="+t.TempDir(), "PRESTOP="+preStop(t), "STREAMING_NODENAME=flow-0.orders.flow",
		"PATH="+installed(t, map[string]string{"epadmin": epadminOfPod})+":"+os.Getenv("PATH"), "STOPEXITS="+stopExits)
	output, err := process1.Output()
	require.NoError(t, err)
	return string(output)
}

// A pod of the default has 120 seconds, which is more than this test waits.
func TestAStoppedPodEndsAtOnce(t *testing.T) {
	for _, stopExits := range []string{"0", "1"} {
		output := endedPod(t, stopExits)
		assert.Regexp(t, "start-node goes on, milliseconds after its node's end: [0-9]+\n", output)
		assert.Contains(t, output, "the other sleep is still there\n")
	}
}

// Reports how long after its node a pod ends.
func BenchmarkAStoppedPodEnds(b *testing.B) {
	total := 0
	for b.Loop() {
		_, after, _ := strings.Cut(endedPod(b, "0"), "end: ")
		milliseconds, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(after, "\n", 2)[0]))
		require.NoError(b, err)
		total += milliseconds
	}
	b.ReportMetric(float64(total)/float64(b.N), "ms-after-node")
}

// preStop is the script of a rendered pod.
func preStop(t testing.TB) string {
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
func deadline(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}
