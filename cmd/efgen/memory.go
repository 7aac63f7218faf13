package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// heapGrowth is how much the heap may grow between two runs of the collector, in
	// percent. By default it doubles, which happens all the time to the few megabytes that
	// efgen needs.
	heapGrowth = 300
	// usualMemory is what ten thousand environments need, in bytes.
	usualMemory = 72 << 20
)

// holdMemory makes the collector run seldom, and keeps memory in bounds. Where thousands
// of loose objects are alive at a time, a fixed bound would make it run all the time.
func holdMemory() {
	debug.SetGCPercent(heapGrowth)
	debug.SetMemoryLimit(usualMemory)
	runtime.SetFinalizer(&collected{}, (*collected).raise)
}

// A collected is garbage: its finalizer runs when the collector has run.
type collected struct {
	_ *collected // without a pointer it would be a part of another object
}

func (c *collected) raise() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetMemoryLimit(memoryFor(live[0].Value.Uint64()))
	runtime.SetFinalizer(c, (*collected).raise)
}

// memoryFor is the bound for a live heap of some bytes: the collector has to find as much
// again before it runs.
func memoryFor(live uint64) int64 { return max(usualMemory, 2*int64(live)) }
