//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheSecondInterruptEndsTheProcess interrupts a run that waits for its input, which
// the first interrupt does not end.
func TestTheSecondInterruptEndsTheProcess(t *testing.T) {
	t.Parallel()
	efgen := exec.CommandContext(t.Context(), "efgen", "validate", "-")
	input, err := efgen.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, efgen.Start())
	// More than a pipe holds: once it is written, efgen reads.
	_, err = input.Write(make([]byte, 1<<20))
	require.NoError(t, err)
	ended := make(chan error)
	go func() { ended <- efgen.Wait() }()
	sent := 0
	for {
		select {
		case <-ended:
			status := efgen.ProcessState.Sys().(syscall.WaitStatus)
			assert.True(t, status.Signaled() && status.Signal() == syscall.SIGINT, "it ended by the signal: %v", status)
			assert.Greater(t, sent, 1, "the first one leaves time to end in order")
			return
		default:
			if efgen.Process.Signal(os.Interrupt) == nil {
				sent++
			}
			// The write returns when efgen has read on, so it has seen the first one.
			_, _ = io.WriteString(input, " ")
		}
	}
}
