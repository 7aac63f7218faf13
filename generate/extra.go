package generate

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/rule"
)

var notOneObject = rule.Rule{
	ID: "EF193", Severity: rule.Error,
	Title:   "an extra manifest is not one Kubernetes object",
	Why:     "each file is one object, so that a review, the ledger and a removal speak of the same thing",
	Example: "two documents with --- between them, a kind: List, or a file without apiVersion, kind and metadata.name",
	Fix:     "split the file into one file per object and list each under extraManifests",
}

// addExtraManifests copies the user's own manifests byte for byte.
func (r *renderer) addExtraManifests() {
	for i, file := range r.env.ExtraManifests {
		data := r.env.Contents[file]
		if err := isOneObject(data); err != nil {
			r.report(notOneObject, rule.Index("extraManifests", i), "%s: %v", file, err)
			continue
		}
		r.addFile("extra/"+path.Base(file), data)
	}
}

// isOneObject returns an error if a file is not exactly one Kubernetes object.
func isOneObject(data []byte) error {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	objects := 0
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		var value any
		if err := yaml.Unmarshal(document, &value); err != nil {
			return err
		}
		if value == nil {
			continue
		}
		if objects++; !isNamed(value) {
			return errors.New("an object needs apiVersion, kind and metadata.name; a List does not count as one")
		}
	}
	if objects != 1 {
		return fmt.Errorf("want one object, not %d", objects)
	}
	return nil
}

func isNamed(value any) bool {
	object, _ := value.(map[string]any)
	metadata, _ := object["metadata"].(map[string]any)
	for _, text := range []any{object["apiVersion"], object["kind"], metadata["name"]} {
		if s, ok := text.(string); !ok || s == "" {
			return false
		}
	}
	return true
}
