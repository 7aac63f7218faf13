package validate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/efgen/efgen/validate"
)

// BenchmarkManyInOneDocument grows what is in one document: four times as much should take
// four times as long.
func BenchmarkManyInOneDocument(b *testing.B) {
	for name, c := range map[string]struct{ head, item string }{
		"items of a list": {"apiVersion: v1\nkind: List\nitems:\n", "- {apiVersion: v1, kind: ServiceAccount, metadata: {name: a%d}}\n"},
		"keys twice":      {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n", "  k: v%d\n"},
	} {
		for _, n := range []int{1000, 4000} {
			var text strings.Builder
			text.WriteString(c.head)
			for i := range n {
				fmt.Fprintf(&text, c.item, i)
			}
			files := []validate.File{{Path: "a.yaml", Data: []byte(text.String())}}
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					validate.NewChecker().Files(files, validate.Facts{KubernetesVersion: "1.34"})
				}
			})
		}
	}
}
