package yamltree_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// at walks to the value of a path; ok is false where the path leads nowhere.
func at(t *testing.T, root yamltree.TypedValue, path string) (yamltree.TypedValue, bool) {
	t.Helper()
	steps, ok := rule.Steps(path)
	require.True(t, ok, path)
	for _, step := range steps {
		if root, ok = root.Step(step); !ok {
			return root, false
		}
	}
	return root, true
}

func TestTypedValuesAreFoundByTheirPath(t *testing.T) {
	made, problems := read(t, `
name: a
crew: 5
decks: [{name: b}]
cargo: {rum: 2Gi}
engine: {power: 5}
log: {x: {y: [1]}}
`)
	require.Empty(t, problems)
	root := yamltree.TypedValueOf(&made)
	for path, want := range map[string]struct {
		value, typ string
		isSet      bool
	}{
		"name":            {`"a"`, "text", true},
		"crew":            {"5", "whole number", true},
		"rig":             {`""`, "sloop, ketch or schooner", false},
		"afloat":          {"false", "true or false", true},
		"decks":           {`[{"name":"b"}]`, "list, each item: mapping", true},
		"decks[0].level":  {"null", "whole number", false},
		"boats":           {"null", "mapping, each value: mapping", false},
		"boats.gig.level": {"null", "whole number", false},
		"cargo.rum":       {`"2Gi"`, "quantity", true},
		"cargo.gold":      {"null", "quantity", false},
		"ballast":         {"0", "whole number or text", false},
		"built":           {"null", "time", false},
		"engine":          {`{"power":5}`, "mapping or false", true},
		"engine.power":    {"5", "whole number", true},
		"stores.emptyDir": {"null", "mapping", false},
		"log":             {`{"x":{"y":[1]}}`, "mapping", true},
		"log.x.y[0]":      {"1", "anything", true},
		"length":          {"0", "whole number", false},
	} {
		found, ok := at(t, root, path)
		require.True(t, ok, path)
		assert.Equal(t, path, found.Path)
		value, err := json.Marshal(found.Plain())
		require.NoError(t, err)
		assert.Equal(t, want.value, string(value), path)
		assert.Equal(t, want.typ, found.Type(), path)
		assert.Equal(t, want.isSet, found.IsSet(), path)
	}
	for _, path := range []string{"nmae", "name.x", "decks[1]", "decks.name", "cargo[0]", "cargo.rum.i", "engine.speed", "log.x.y[1]", "stores.emptyDir.x", "Owner", "[0]"} {
		_, ok := at(t, root, path)
		assert.False(t, ok, path)
	}
}

func TestWhatLiesBelowAValueIsListed(t *testing.T) {
	made, problems := read(t, "name: a\ndecks: [{name: b}, {name: c}]\ncargo: {salt: 1, \"r.m\": 2}\n")
	require.Empty(t, problems)
	root := yamltree.TypedValueOf(&made)
	for path, want := range map[string][]string{
		"decks":      {"decks[0]", "decks[1]"},
		"decks[0]":   {"decks[0].level", "decks[0].name"},
		"cargo":      {`cargo["r.m"]`, "cargo.salt"},
		"cargo.salt": nil,
		"boats":      nil,
		"engine":     {"engine.power"},
		"stores.nfs": {"stores.nfs.path", "stores.nfs.readOnly", "stores.nfs.server"},
	} {
		found, ok := at(t, root, path)
		require.True(t, ok, path)
		assert.Equal(t, want, found.Paths(), path)
	}
}

func TestFreeKeysThatAreHardlyMeantAreLacking(t *testing.T) {
	made, problems := read(t, "name: a\nboats: {gig: {name: g}}\ncargo: {rum: 1}\n")
	require.Empty(t, problems)
	for path, want := range map[string]bool{"boats.gig": false, "boats.cutter": true, "cargo.rum": false, "cargo.gold": false, "cargo.rom": true, "crew": false, "stores": false} {
		steps, _ := rule.Steps(path)
		parent, ok := at(t, yamltree.TypedValueOf(&made), yamltree.Join("", steps[:len(steps)-1]...))
		require.True(t, ok)
		last := steps[len(steps)-1]
		next, ok := parent.Step(last)
		require.True(t, ok)
		assert.Equal(t, want, parent.Lacks(last.Key, next), path)
	}
}
