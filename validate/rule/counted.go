package rule

import "fmt"

// Counted is a number of things in words: "1 manifest", "2 manifests".
func Counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
