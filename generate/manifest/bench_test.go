package manifest_test

import (
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate/manifest"
)

func BenchmarkMarshalTwelveObjects(b *testing.B) {
	for _, writer := range []struct {
		name    string
		marshal func(any) ([]byte, error)
	}{
		{"manifest", manifest.Marshal},
		{"sigs.k8s.io/yaml", func(object any) ([]byte, error) { return yaml.Marshal(object) }},
	} {
		b.Run(writer.name, func(b *testing.B) {
			twelve := objects()
			b.ReportAllocs()
			for b.Loop() {
				for _, object := range twelve {
					if _, err := writer.marshal(object); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
