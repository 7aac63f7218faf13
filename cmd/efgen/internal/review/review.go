// Package review compares manifests as a person would who has to answer for
// them: which objects change in which environments, and what that could break in
// a running Streaming cluster.
package review

import (
	"slices"
)

// A Level says how much a change could break. The worst comes last.
type Level int

// The levels.
const (
	// None is a review without a change.
	None Level = iota
	// Low is for everything that is not listed below.
	Low
	// Medium weakens something, or restarts nodes.
	Medium
	// High lets more in, or removes a protection.
	High
	// Blocking is what the API server refuses, or what removes nodes or their data.
	Blocking
)

// An Action is what happens to an object.
type Action string

// The actions.
const (
	Added    Action = "added"
	Removed  Action = "removed"
	Modified Action = "modified"
	// Moved objects are in another namespace than before.
	Moved Action = "moved"
)

// A Report is a whole review: what changes, riskiest first, and the worst risk.
type Report struct {
	Risk    Level        `json:"risk"`
	Changes []Difference `json:"changes"`
}

// A Difference is one changed object. The same one in many environments is a
// single Difference that lists them.
type Difference struct {
	// Environments are sorted.
	Environments []string `json:"environments"`
	APIVersion   string   `json:"apiVersion"`
	Kind         string   `json:"kind"`
	// Namespace is empty if the environments do not agree on it.
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Action    Action `json:"action"`
	// Fields are what changed inside a Modified object, in the order of the manifest.
	Fields []Field `json:"fields"`
	// Risks come worst first.
	Risks []Risk `json:"risks"`
}

// A Field is one changed value.
type Field struct {
	// Path names items of a list by their merge key, as in
	// `spec.template.spec.containers[name=flow].image`.
	Path string `json:"path"`
	// Old is a JSON value, nil where there was none.
	Old any `json:"old"`
	// New is a JSON value, nil where there is none.
	New any `json:"new"`
}

// A Risk is what a Difference could break.
type Risk struct {
	// Rule is "ER" and three digits: ER1xx blocking, ER2xx high, ER3xx medium, ER4xx low.
	Rule  string `json:"rule"`
	Level Level  `json:"level"`
	// Message is one sentence of consequence for a running cluster.
	Message string `json:"message"`
	// File is the environment file that caused it, as far as it is known.
	File string `json:"file"`
	// Line is the line in File, from 1; 0 is not known.
	Line int `json:"line"`
}

// levelNames are the words for levels, everywhere.
var levelNames = []string{"none", "low", "medium", "high", "blocking"}

// String is the level's word.
func (l Level) String() string { return levelNames[l] }

// MarshalText writes the level's word into JSON.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// ParseLevel finds the level of a word.
func ParseLevel(word string) (Level, bool) {
	i := slices.Index(levelNames, word)
	return Level(max(i, 0)), i >= 0
}
