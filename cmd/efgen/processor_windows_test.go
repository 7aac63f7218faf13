package main

import (
	"syscall"
	"time"
)

// processorTime is what the process has used so far. Other processes change it little.
func processorTime() time.Duration {
	var created, ended, kernel, user syscall.Filetime
	process, _ := syscall.GetCurrentProcess()
	_ = syscall.GetProcessTimes(process, &created, &ended, &kernel, &user)
	ticks := func(f syscall.Filetime) time.Duration {
		return time.Duration(int64(f.HighDateTime)<<32|int64(f.LowDateTime)) * 100
	}
	return ticks(kernel) + ticks(user)
}
