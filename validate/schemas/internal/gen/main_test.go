package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/validate/schemas"
)

func TestTheArchiveIsWhatThePinsSay(t *testing.T) {
	pins := map[pin]bool{}
	for _, p := range kubernetes {
		pins[p] = true
	}
	for _, c := range customs {
		pins[c.pin] = true
	}
	archived := map[pin]bool{}
	for _, source := range schemas.Sources() {
		parts := strings.Fields(source)
		assert.Len(t, parts, 4, source)
		assert.True(t, strings.HasPrefix(parts[3], "h1:"), source)
		archived[pin{parts[0], parts[1], parts[2]}] = true
	}
	assert.Equal(t, pins, archived, "run go generate ./validate/schemas")
}

func TestSpansAreUnbrokenRuns(t *testing.T) {
	assert.Equal(t, []string{"1.30-1.37"}, spans([]string{"1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"}))
	assert.Equal(t, []string{"1.30-1.30", "1.32-1.33", "1.37-1.37"}, spans([]string{"1.30", "1.32", "1.33", "1.37"}))
	assert.Empty(t, spans(nil))
}
