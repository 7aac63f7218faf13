//go:build unix

package main

import (
	"syscall"
	"time"
)

// processorTime is what the process has used so far. Other processes change it little.
func processorTime() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
