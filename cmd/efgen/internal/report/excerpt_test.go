package report

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLinesOfMissingFilesAreNotRead(t *testing.T) {
	line := LineReader(func(file string) string { return filepath.Join(t.TempDir(), file) })
	_, ok := line("missing", 1)
	assert.False(t, ok)
}
