package words

import (
	"fmt"
	"slices"
	"strings"
)

// DidYouMean is `, did you mean "replicas"?` if one of the names is near, and
// else empty.
func DidYouMean(name string, names []string) string {
	if len(name) > maxShown {
		return ""
	}
	best, distance := "", 1+len(name)/3
	for _, candidate := range names {
		if strings.EqualFold(candidate, name) {
			best = candidate
			break
		}
		if d := editDistance(name, candidate); d <= distance && (best == "" || d < distance) {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// editDistance counts the bytes to insert, drop, replace or swap with their
// neighbour to get from one name to the other.
func editDistance(a, b string) int {
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := slices.Repeat([]int{i}, len(b)+1)
		for j := 1; j <= len(b); j++ {
			same := 1
			if a[i-1] == b[j-1] {
				same = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+same)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
