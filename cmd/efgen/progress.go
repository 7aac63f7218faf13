package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

const (
	// progressAfter is how long work may take without a word.
	progressAfter = time.Second
	// progressEvery is how often the word is renewed.
	progressEvery = 100 * time.Millisecond
)

// eraseLine returns to the start of a terminal's line and clears it.
const eraseLine = "\r\x1b[K"

// Progress shows on a terminal how much of the work is done once it takes a while, until
// stop erases it. It is silent where nobody watches.
func (out *printer) Progress(total int, done *atomic.Int64) (stop func()) {
	if !out.watched() {
		return func() {}
	}
	stopping, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(progressAfter)
		defer ticker.Stop()
		shown := ""
		for {
			select {
			case <-ticker.C:
				ticker.Reset(progressEvery)
				shown = eraseLine
				fmt.Fprintf(out.stderr, "%sefgen: %d of %d environments", eraseLine, done.Load(), total)
			case <-stopping:
				fmt.Fprint(out.stderr, shown)
				return
			}
		}
	}()
	return func() {
		close(stopping)
		<-stopped
	}
}

// watched tells whether somebody sits before a terminal that can erase a line.
func (out *printer) watched() bool {
	return out.width(out.stderr) > 0 && out.getenv("TERM") != "dumb" && out.getenv("CI") == "" && !out.quiet
}
