package config_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A few nodes more have to change no configuration: their names are trusted already.
func TestNodesAreNamedUpToTheNextPowerOfTwo(t *testing.T) {
	named := map[int]int{0: 8, 1: 8, 3: 8, 8: 8, 9: 16, 16: 16, 17: 32, 1000: 1024}
	text := header + "applications:\n"
	for replicas := range named {
		text += fmt.Sprintf("  a%d: {replicas: %d}\n", replicas, replicas)
	}
	env := read(t, environments(t, map[string]string{"a.yaml": text}), "a")
	for replicas, want := range named {
		assert.Equal(t, want, env.Applications[fmt.Sprintf("a%d", replicas)].NamedNodes(), replicas)
	}
}

func TestAnApplicationFindsItselfInTheDefaultsAndTrustsTheOthers(t *testing.T) {
	env := read(t, environments(t, map[string]string{"a.yaml": header +
		"defaults: {security: {trustApplications: [c, b, a]}}\napplications: {a: {}, b: {}, c: {}, d: {security: {trustApplications: []}}}\n"}), "a")
	for name, want := range map[string][]string{"a": {"b", "c"}, "b": {"a", "c"}, "c": {"a", "b"}, "d": nil} {
		var trusted []string
		for _, app := range env.Trusted(env.Applications[name]) {
			trusted = append(trusted, app.Name)
		}
		assert.Equal(t, want, trusted, name)
	}
}
