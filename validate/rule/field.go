package rule

import (
	"strconv"
	"strings"
)

// Key appends a mapping key to a field path: `a.b`, or `a["b.c/d"]` for a key
// that holds anything but letters, digits, dashes and underscores.
func Key(path, key string) string {
	if !plain(key) {
		return path + "[" + strconv.Quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// Index appends a list index to a field path: `a[0]`.
func Index(path string, i int) string {
	return path + "[" + strconv.Itoa(i) + "]"
}

// Field builds a path from mapping keys.
func Field(keys ...string) string {
	path := ""
	for _, key := range keys {
		path = Key(path, key)
	}
	return path
}

// A Step is one part of a field path: a mapping key, or a list index if Key is
// empty and Index is not negative.
type Step struct {
	Key   string
	Index int
}

// Steps splits a field path; ok is false if it is not one.
func Steps(path string) (steps []Step, ok bool) {
	for path != "" {
		switch {
		case strings.HasPrefix(path, `["`):
			quoted, err := strconv.QuotedPrefix(path[1:])
			if err != nil || !strings.HasPrefix(path[1+len(quoted):], "]") {
				return nil, false
			}
			key, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, false
			}
			steps = append(steps, Step{Key: key, Index: -1})
			path = path[len(quoted)+2:]
		case path[0] == '[':
			digits, rest, found := strings.Cut(path[1:], "]")
			i, err := strconv.Atoi(digits)
			if !found || err != nil || i < 0 {
				return nil, false
			}
			steps = append(steps, Step{Index: i})
			path = rest
		default:
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			if !plain(path[:end]) {
				return nil, false
			}
			steps = append(steps, Step{Key: path[:end], Index: -1})
			path = path[end:]
		}
		if strings.HasPrefix(path, ".") {
			if path = path[1:]; path == "" || path[0] == '[' {
				return nil, false
			}
		} else if path != "" && path[0] != '[' {
			return nil, false
		}
	}
	return steps, true
}

func plain(key string) bool {
	for _, c := range key {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return key != ""
}
