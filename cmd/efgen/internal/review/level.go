package review

import "slices"

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
