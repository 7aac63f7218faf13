package yamltree_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/generate/yamltree"
)

func TestChoiceReadsLikeASentence(t *testing.T) {
	assert.Empty(t, yamltree.Choice(nil))
	assert.Equal(t, "a", yamltree.Choice([]string{"a"}))
	assert.Equal(t, "a or b", yamltree.Choice([]string{"a", "b"}))
	assert.Equal(t, "a, b or c", yamltree.Choice([]string{"a", "b", "c"}))
}

func TestShortenCutsAtCharacters(t *testing.T) {
	assert.Equal(t, strings.Repeat("é", 60), yamltree.Shorten(strings.Repeat("é", 60)))
	assert.Equal(t, strings.Repeat("é", 60)+"…", yamltree.Shorten(strings.Repeat("é", 61)))
}
