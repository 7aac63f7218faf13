package manifest

import (
	"cmp"
	"regexp"
	"strings"
	"sync"
)

// versionTag matches a tag that is a version: numbers, and what follows them.
var versionTag = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^v?(\d+(?:\.\d+)*)(?:([-._]?)([A-Za-z].*))?$`)
})

// candidate matches what follows the numbers of a version that comes before its
// release. Anything else there, such as a Linux, says nothing of age.
var candidate = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:alpha|beta|cr|dev|ea|m|milestone|pre|preview|rc|snapshot)(?:[-._]?\d.*)?$`)
})

// commitHash matches the hash of a commit of Git, short or whole. Without a letter it may
// as well be a date.
var commitHash = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\d*[a-f][0-9a-f]*$`)
})

// parseVersion splits a tag into its parts, if it is surely a version.
func parseVersion(tag string) (numbers []string, suffix string, ok bool) {
	match := versionTag().FindStringSubmatch(tag)
	if match == nil || len(tag) >= 7 && len(tag) <= 40 && commitHash().MatchString(tag) {
		return nil, "", false
	}
	// Letters that nothing sets apart mean something in 1.0rc1, and nothing in 7e3a1.
	if match[2] == "" && match[3] != "" && !candidate().MatchString(match[3]) {
		return nil, "", false
	}
	return strings.Split(match[1], "."), match[3], true
}

// OlderTag reports whether a tag is surely an older version than another.
func OlderTag(tag, than string) bool {
	a, early, okA := parseVersion(tag)
	b, late, okB := parseVersion(than)
	if !okA || !okB {
		return false
	}
	if order := compareNumbers(a, b); order != 0 {
		return order < 0
	}
	switch isEarly, isRelease := candidate().MatchString(early), !candidate().MatchString(late); {
	case !isEarly:
		return false
	case isRelease:
		return true
	}
	return compareCandidates(strings.ToLower(early), strings.ToLower(late)) < 0
}

// compareNumbers compares versions part by part; a part that is missing is 0.
func compareNumbers(a, b []string) int {
	for i := range max(len(a), len(b)) {
		x, y := "", ""
		if i < len(a) {
			x = strings.TrimLeft(a[i], "0")
		}
		if i < len(b) {
			y = strings.TrimLeft(b[i], "0")
		}
		// Numbers of any length: the longer is the larger.
		if order := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); order != 0 {
			return order
		}
	}
	return 0
}

var wordsAndNumbers = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\d+|[a-z]+`)
})

// compareCandidates compares words as words and numbers as numbers: rc.9 is before
// rc.10, and beta before rc.
func compareCandidates(a, b string) int {
	x, y := wordsAndNumbers().FindAllString(a, -1), wordsAndNumbers().FindAllString(b, -1)
	for i := range min(len(x), len(y)) {
		order := cmp.Compare(x[i], y[i])
		if x[i][0] <= '9' && y[i][0] <= '9' {
			order = compareNumbers(x[i:i+1], y[i:i+1])
		}
		if order != 0 {
			return order
		}
	}
	return cmp.Compare(len(x), len(y))
}
