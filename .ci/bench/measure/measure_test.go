package measure_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/.ci/bench/measure"
)

// shell is a job that appends a letter to a file, after what it does besides.
func shell(file, letter, besides string) measure.Job {
	return measure.Job{Name: letter, Processes: []measure.Process{{
		Args: []string{"sh", "-c", besides + "; printf " + letter + " >> " + file},
	}}}
}

func TestPairsRunInTurnAndTheFirstDoesNotCount(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	ready := 0
	first := shell(file, "a", "true")
	first.Before = func() error { ready++; return nil }
	pair, err := measure.Runner{}.Pairs(t.Context(), 3, first, shell(file, "b", "true"))
	require.NoError(t, err)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "abababab", string(text))
	require.Equal(t, 4, ready)
	require.Equal(t, 3, pair.Pairs)
}

// TestWhatIsTaken compares work with none: a busy machine is no reason to fail.
func TestWhatIsTaken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	const spin = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"
	pair, err := measure.Runner{}.Pairs(t.Context(), 1, shell(file, "a", spin), shell(file, "b", "true"))
	require.NoError(t, err)
	require.Greater(t, pair.Ratio.CPU, 2.0)
	require.Greater(t, pair.Efgen.Wall, 0.0)
	require.Greater(t, pair.Efgen.Peak, 0.5)
}

func TestProcessorTimeIsThatOfAllProcesses(t *testing.T) {
	one := shell(filepath.Join(t.TempDir(), "log"), "a", "i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done")
	ten := one
	ten.Workers = 2
	for range 9 {
		ten.Processes = append(ten.Processes, one.Processes[0])
	}
	pair, err := measure.Runner{}.Pairs(t.Context(), 1, ten, one)
	require.NoError(t, err)
	require.Greater(t, pair.Ratio.CPU, 3.0)
}

func TestOutputAndEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "output")
	runner := measure.Runner{Environment: []string{"GREETING=hello", "PATH=" + os.Getenv("PATH")}}
	_, err := runner.Run(t.Context(), measure.Job{Processes: []measure.Process{{Args: []string{"env"}, Output: file}}})
	require.NoError(t, err)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "GREETING=hello\n")
	require.Len(t, strings.Fields(string(text)), 2)
}

func TestAFailureEndsTheJob(t *testing.T) {
	_, err := measure.Runner{}.Run(t.Context(), measure.Job{Name: "cue cmd", Processes: []measure.Process{
		{Args: []string{"sh", "-c", "echo no such field >&2; exit 3"}},
	}})
	require.EqualError(t, err, "cue cmd: sh -c echo no such field >&2; exit 3: exit status 3\nno such field\n")
}
