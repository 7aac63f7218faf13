package validate

import (
	"regexp"
	"sync"
)

// expression is compiled when it is first used, not at every start of efgen.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
