package manifest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTagsCompareAsVersionsACandidateBelowItsRelease(t *testing.T) {
	for _, inOrder := range [][]string{
		{"1.0.0-alpha", "1.0.0-beta.2", "1.0.0-rc.1", "1.0.0-rc.2", "1.0.0-rc.10", "1.0.0", "1.0.1", "1.1.0", "1.9.9", "1.10", "2"},
		{"v0.9", "1.0.0-SNAPSHOT", "v1.0.0"},
		{"11.1.0-M1", "11.1.0rc1", "11.1.0"},
		{"2025.12.31", "2026.01.02"}, {"20251231", "20260102"}, {"1.0.0-g7e3a1f0", "1.1.0-g4abc123"},
		{"99999999999999999998", "99999999999999999999"},
	} {
		for i, low := range inOrder {
			assert.False(t, OlderTag(low, low), low)
			for _, high := range inOrder[i+1:] {
				assert.True(t, OlderTag(low, high), "%s is older than %s", low, high)
				assert.False(t, OlderTag(high, low), "%s is not older than %s", high, low)
			}
		}
	}
	for _, unknown := range [][2]string{{"1.0.0-alpine", "1.0.0"}, {"1.0.0", "1.0.0-jdk17"}, {"stable", "1.0.0"}, {"", "1.0.0"}, {"1.0", "1.0.0"}, {"1.01", "1.1"},
		{"7e3a1f0", "4abc123"}, {"12ea345", "11.0.0"}, {"4abc123", "7.1.0"}, {"3b18e512dba79e4c8300dd08aeb37f8e728b8dad", "9"}, {"1a", "2"}, {"1alpine", "2.0.0"}} {
		assert.False(t, OlderTag(unknown[0], unknown[1]), "%q", unknown)
		assert.False(t, OlderTag(unknown[1], unknown[0]), "%q", unknown)
	}
}

func TestImagesAreTakenApart(t *testing.T) {
	for reference, want := range map[string][4]string{
		"flow":                                  {"", "flow", "", ""},
		"localhost:5000/flow":                   {"localhost:5000", "flow", "", ""},
		"registry.example.com:5000/a/flow:1.0":  {"registry.example.com:5000/a", "flow", "1.0", ""},
		"registry.example.com/flow:1@sha256:ab": {"registry.example.com", "flow", "1", "sha256:ab"},
		"flow@sha256:ab":                        {"", "flow", "", "sha256:ab"},
	} {
		i := ParseImage(reference)
		assert.Equal(t, want, [4]string{i.Registry(), i.Name(), i.Tag, i.Digest}, reference)
	}
}
