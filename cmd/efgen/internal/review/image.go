package review

import (
	"cmp"
	"regexp"
	"strings"
	"sync"
)

// An image is a reference to a container image, taken apart.
type image struct {
	// registry is all before the last slash, name what follows.
	registry, name, tag, digest string
}

func parseImage(reference string) (i image) {
	rest, digest, _ := strings.Cut(reference, "@")
	i.digest = digest
	if slash := strings.LastIndexByte(rest, '/'); slash >= 0 {
		i.registry, rest = rest[:slash], rest[slash+1:]
	}
	i.name, i.tag, _ = strings.Cut(rest, ":")
	return i
}

// from names the registry in a sentence.
func (i image) from() string { return cmp.Or(i.registry, "the default registry") }

// version matches a tag that is one: numbers, and what follows them.
var version = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^v?(\d+(?:\.\d+)*)(?:[-._]?([A-Za-z].*))?$`)
})

// candidate matches what follows the numbers of a version that comes before its
// release. Anything else there, such as a Linux, says nothing of age.
var candidate = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:alpha|beta|cr|dev|ea|m|milestone|pre|preview|rc|snapshot)(?:[-._]?\d.*)?$`)
})

// older tells whether a tag is surely an older version than another.
func older(tag, than string) bool {
	a, b := version().FindStringSubmatch(tag), version().FindStringSubmatch(than)
	if a == nil || b == nil {
		return false
	}
	if order := compareNumbers(strings.Split(a[1], "."), strings.Split(b[1], ".")); order != 0 {
		return order < 0
	}
	switch early, release := candidate().MatchString(a[2]), !candidate().MatchString(b[2]); {
	case !early:
		return false
	case release:
		return true
	}
	return compareCandidates(strings.ToLower(a[2]), strings.ToLower(b[2])) < 0
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

var runs = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\d+|[a-z]+`)
})

// compareCandidates compares words as words and numbers as numbers: rc.9 is before
// rc.10, and beta before rc.
func compareCandidates(a, b string) int {
	x, y := runs().FindAllString(a, -1), runs().FindAllString(b, -1)
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
