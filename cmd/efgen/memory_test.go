package main

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTheBoundOfMemoryFollowsWhatIsAlive(t *testing.T) {
	assert.EqualValues(t, usualMemory, memoryFor(10<<20), "most runs keep the usual one")
	assert.EqualValues(t, 400<<20, memoryFor(200<<20))

	percent, limit := debug.SetGCPercent(-1), debug.SetMemoryLimit(-1)
	defer func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }()
	holdMemory()
	assert.EqualValues(t, usualMemory, debug.SetMemoryLimit(-1))
	held := make([]byte, usualMemory)
	assert.Eventually(t, func() bool {
		runtime.GC()
		return debug.SetMemoryLimit(-1) >= 2*usualMemory
	}, time.Minute, time.Millisecond)
	runtime.KeepAlive(held)
}
