package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// progressAfter is how long work may take without a word.
	progressAfter = time.Second
	// progressEvery is how often the word is renewed.
	progressEvery = 100 * time.Millisecond
)

// eraseLine returns to the start of a terminal's line and clears it.
const eraseLine = "\r\x1b[K"

// each calls work for the first n numbers, as many at a time as -j says.
func (c *cli) each(n int, work func(i int) error) error {
	group, ctx := errgroup.WithContext(c.ctx)
	group.SetLimit(c.Jobs)
	var done atomic.Int64
	defer c.progress(n, &done)()
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			defer done.Add(1)
			return work(i)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return c.ctx.Err()
}

// progress shows on a terminal how much of the work is done once it takes a
// while, until stop erases it. It is silent where nobody watches.
func (c *cli) progress(total int, done *atomic.Int64) (stop func()) {
	if !c.watched() {
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
				fmt.Fprintf(c.streams.err, "%sefgen: %d of %d environments", eraseLine, done.Load(), total)
			case <-stopping:
				fmt.Fprint(c.streams.err, shown)
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
func (c *cli) watched() bool {
	getenv := c.streams.getenv
	return c.columns(c.streams.err) > 0 && getenv("TERM") != "dumb" && getenv("CI") == "" && !c.Quiet
}
