package yamltree_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/yamltree"
)

func TestEveryTypeIsDecoded(t *testing.T) {
	made, problems := read(t, `
name: Hispaniola
length: 30
rig: schooner
crew: -1
miles: 9007199254740993
afloat: True
decks: [{name: "null"}, {name: orlop, level: 2}]
boats: {gig: {name: gig}, "a/b": {name: cutter}, lost: null}
cargo: {gold: 700k, rum: "1.5", water: 2Gi, salt: .5e3}
ballast: 25%
built: 1745-06-01T12:00:00+02:00
engine: {power: 5}
stores: {name: hold, emptyDir: {sizeLimit: 1Gi}}
log: {day: 1, wind: 2.5, calm: false, seen: [land, ~], port: null, empty: {}}
remark: ~
`)
	require.Empty(t, problems)
	asJSON, err := json.Marshal(made)
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"name": "Hispaniola", "length": 30, "rig": "schooner", "crew": -1, "miles": 9007199254740993, "afloat": true,
		"decks": [{"name": "null"}, {"name": "orlop", "level": 2}],
		"boats": {"gig": {"name": "gig"}, "a/b": {"name": "cutter"}},
		"cargo": {"gold": "700k", "rum": "1500m", "water": "2Gi", "salt": "500"},
		"ballast": "25%", "built": "1745-06-01T10:00:00Z", "engine": {"power": 5},
		"stores": {"name": "hold", "emptyDir": {"sizeLimit": "1Gi"}},
		"log": {"day": 1, "wind": 2.5, "calm": false, "seen": ["land", null], "empty": {}}
	}`, string(asJSON))
}

func TestSwitchesAreOnOffOrNotWritten(t *testing.T) {
	for text, want := range map[string]string{"name: a": "null", "name: a\nengine: {}": "{}", "name: a\nengine: false": "false"} {
		made, problems := read(t, text)
		require.Empty(t, problems)
		asJSON, err := json.Marshal(made.Engine)
		require.NoError(t, err)
		assert.Equal(t, want, string(asJSON))
		assert.Equal(t, want == "false", made.Engine.Off)
	}
}

func TestEveryMistakeIsReported(t *testing.T) {
	for text, want := range map[string]string{
		"nmae: b":                        `2:1: nmae: unknown field, did you mean "name"? [EF101]`,
		"anchors: 2":                     "2:1: anchors: unknown field [EF101] the fields here are afloat, ballast, boats, built, cargo, crew, decks, engine, length, log, miles, name, remark, rig, stores",
		"Owner: me":                      "2:1: Owner: unknown field [EF101] the fields here are afloat, ballast, boats, built, cargo, crew, decks, engine, length, log, miles, name, remark, rig, stores",
		"rig: sloup":                     `2:6: rig: want sloop, ketch or schooner, not "sloup" [EF104] did you mean "sloop"?`,
		"rig: [sloop]":                   "2:6: rig: want a text, not a list [EF103]",
		"rig:":                           "",
		"crew: five":                     `2:7: crew: want a whole number, not the text "five" [EF103]`,
		`crew: "5"`:                      `2:7: crew: want a whole number, not the text "5" [EF103]`,
		"crew: 0644":                     "2:7: crew: want a whole number, not 0644 [EF103] write 420, which is 0644 in decimal",
		"crew: 0o644":                    "2:7: crew: want a whole number, not 0o644 [EF103] write 420, which is 0o644 in decimal",
		"crew: 09":                       "2:7: crew: want a whole number, not 09 [EF103]",
		"crew: 3000000000":               "2:7: crew: 3000000000 does not fit into 32 bits [EF117]",
		"miles: 9300000000000000000":     "2:8: miles: 9300000000000000000 does not fit into 64 bits [EF117]",
		"afloat: yes":                    "2:9: afloat: want true or false, not yes [EF103]",
		"decks: {name: a}":               "2:8: decks: want a list, not a mapping [EF103]",
		"decks: [{}]":                    "2:9: decks[0].name: missing [EF112]",
		"decks: [{name: ~}]":             `2:16: decks[0].name: want a text, but YAML may read ~ as something else: quote it [EF105] write "~"`,
		"decks: [~]":                     "2:9: decks[0]: want a mapping, not null [EF103]",
		`decks: [{name: ""}]`:            "2:16: decks[0].name: must not be empty [EF112]",
		"boats: {gig: {level: 1}}":       "2:14: boats.gig.name: missing [EF112]",
		"boats: []":                      "2:8: boats: want a mapping, not a list [EF103]",
		"cargo: {rum: many}":             `2:14: cargo.rum: "many" is no quantity: want a number and perhaps a unit, as in "500m" or 2Gi [EF118]`,
		"cargo: {rum: -5k}":              "2:14: cargo.rum: want a quantity of 0 or more, not -5k [EF117]",
		"cargo: {rum: true}":             "2:14: cargo.rum: want a quantity, not true [EF103]",
		"cargo: {rum: 1e999999999}":      `2:14: cargo.rum: "1e999999999" is no quantity: want a number and perhaps a unit, as in "500m" or 2Gi [EF118]`,
		"ballast: 3000000000":            "2:10: ballast: 3000000000 does not fit into 32 bits [EF117]",
		"ballast: []":                    "2:10: ballast: want a whole number or a text, not a list [EF103]",
		"built: yesterday":               `2:8: built: want a time as in 2027-01-31T00:00:00Z, not the text "yesterday" [EF103]`,
		"engine: true":                   "2:9: engine: want a mapping or false, not true [EF103] write {} to switch it on with its defaults",
		"engine: off":                    "2:9: engine: want a mapping or false, not off [EF103]",
		"stores: {emptyDir: {}}":         "",
		"stores: {nfs: {paht: /}}":       `2:16: stores.nfs.paht: unknown field, did you mean "path"? [EF101]`,
		"log: {a: 99999999999999999999}": "2:10: log.a: 99999999999999999999 does not fit into 64 bits [EF117]",
		"log: {a: 0x10}":                 `2:10: log.a: readers of YAML disagree on what 0x10 is [EF105] write "0x10", or the value in its plainest form`,
	} {
		_, problems := read(t, "name: a\n"+text+"\n")
		if want == "" {
			assert.Empty(t, problems, text)
			continue
		}
		assert.Equal(t, []string{want}, problems, text)
	}
	_, problems := read(t, "crew: a\nmiles: b\n")
	assert.Len(t, problems, 3, "the name is missing, and both numbers are wrong")
}

func TestTextsThatSomeReadersTakeForSomethingElseNeedQuotes(t *testing.T) {
	for _, text := range []string{
		"yes", "No", "on", "OFF", "y", "true", "1", "1.10", "-5", "+5", "0777", "0o7", "0b1", "0x1F", "1_000", "1e5", ".5", "12:30", "190:20:30.15",
		".inf", "-.INF", ".nan", "2026-12-31", "2026-1-1 10:00:00", "2026-12-31T10:00:00Z", "=",
	} {
		_, problems := read(t, "name: "+text+"\n")
		assert.Equal(t, []string{"1:7: name: want a text, but YAML may read " + text + ` as something else: quote it [EF105] write "` + text + `"`}, problems)
	}
	for _, text := range []string{
		"1.0.0", "nobody", "1st", "10.1.0.1", "0x1g", "v1.10", "1.2.3-4", "Nope", "2026-12", "8080:80", "==", "12:61", "server:2001", "a<<", "yes please",
	} {
		made, problems := read(t, "name: "+text+"\n")
		assert.Empty(t, problems)
		assert.Equal(t, text, made.Name)
	}
	for text, want := range map[string]string{`"1.10"`: "1.10", "'yes'": "yes", "!!str 5": "5", "|-\n  no": "no", ">-\n  0777": "0777"} {
		made, problems := read(t, "name: "+text+"\n")
		assert.Empty(t, problems)
		assert.Equal(t, want, made.Name)
	}
}

func TestAliasesAreWrittenOut(t *testing.T) {
	made, problems := read(t, `
name: &name a
decks: [&deck {name: *name, level: &level 1}, *deck]
boats: &boats {gig: *deck}
log: {*name : *level, boats: *boats}
`)
	require.Empty(t, problems)
	asJSON, err := json.Marshal(made)
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"name": "a", "decks": [{"name": "a", "level": 1}, {"name": "a", "level": 1}], "boats": {"gig": {"name": "a", "level": 1}},
		"log": {"a": 1, "boats": {"gig": {"name": "a", "level": 1}}}
	}`, string(asJSON))
	_, problems = read(t, "name: a\ndecks: [&deck {name: b, levle: 1}, *deck]\n")
	assert.Equal(t, []string{
		`2:25: decks[0].levle: unknown field, did you mean "level"? [EF101]`,
		`2:25: decks[1].levle: unknown field, did you mean "level"? [EF101]`,
	}, problems)
}

func TestAPartMayLackRequiredFields(t *testing.T) {
	root := parse(t, "ship.yaml", "crew: 5\nboats: {gig: {level: 1}}\nlost: 1\n")
	collector := yamltree.NewCollector(nil)
	decoder := yamltree.Decoder{Problems: collector, Partial: true}
	var made *ship
	decoder.Decode(root, "fleet", &made)
	assert.EqualValues(t, 5, *made.Crew)
	require.Len(t, collector.Problems(), 1)
	assert.Equal(t, "fleet.lost", collector.Problems()[0].Field)
}
