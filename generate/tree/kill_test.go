package tree

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const killedEvery = 5 // kills between two undisturbed runs

// TestKilledProcess kills runs of a process of their own at any time, one after
// the other and with different inputs. The tree is whole after each, the lock is
// free, and an undisturbed run ends with the bytes that it would have alone. It
// kills ten of them over twenty environments, with -exhaustive a hundred over fifty.
func TestKilledProcess(t *testing.T) {
	kills, environments := 10, 20
	if *exhaustive {
		kills, environments = 100, 50
	}
	t.Chdir(t.TempDir())
	process := startRun(t, 0, environments)
	start := time.Now()
	require.NoError(t, process.Wait())
	whole := time.Since(start)
	known := knownFiles(environments)
	random := rand.New(rand.NewPCG(1, 2))
	killed := 0
	for n := range kills {
		process = startRun(t, n%3, environments)
		time.Sleep(time.Duration(random.Int64N(int64(whole))))
		require.NoError(t, process.Process.Kill())
		if process.Wait() != nil {
			killed++
		}
		require.NotContains(t, process.Stderr.(*bytes.Buffer).String(), "out/", "no run refuses anything")
		assertKnown(t, known)
		if n%killedEvery == killedEvery-1 {
			wanted := generation(random.IntN(3), environments)
			require.NoError(t, runAll("out", wanted, func() {}))
			require.Equal(t, undisturbedAll(wanted), contents(t, "out"))
		}
	}
	assert.Greater(t, killed, kills/4, "kills come too late to prove anything")
}

// startRun returns once the run has the lock.
func startRun(t *testing.T, number, environments int) *exec.Cmd {
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), fmt.Sprintf("EFGEN_TEST_GENERATION=%d %d", number, environments))
	process.Stderr = &bytes.Buffer{}
	output, err := process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err, "%s", process.Stderr)
	require.Equal(t, "locked\n", line)
	return process
}

// knownFiles is every text that a run may write, by path.
func knownFiles(environments int) map[string][]string {
	known := map[string][]string{}
	for number := range 3 {
		for path, text := range undisturbedAll(generation(number, environments)) {
			known[path] = append(known[path], text)
		}
	}
	return known
}

func assertKnown(t *testing.T, known map[string][]string) {
	for p, text := range contents(t, "out") {
		switch {
		case path.Base(p) == LedgerName:
			_, err := ParseLedger([]byte(text))
			require.NoError(t, err, p)
		case text != "(empty)" && !strings.HasSuffix(p, ".tmp"):
			require.Contains(t, known[p], text, p)
		}
	}
}
