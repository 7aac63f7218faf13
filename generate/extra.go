package generate

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	yamlv2 "go.yaml.in/yaml/v2"
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

// isOneObject returns an error if a file is not exactly one Kubernetes object to every
// reader of YAML or JSON: the file is copied, and the cluster must not get more than the
// checks see.
func isOneObject(data []byte) error {
	if err := isPlainText(data); err != nil {
		return err
	}
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
		value, err := readDocument(document)
		if err != nil {
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

// isPlainText refuses what readers of text disagree on.
func isPlainText(data []byte) error {
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return errors.New("the file is not UTF-8 text; save it as UTF-8")
	}
	if bytes.Contains(data, []byte("\n\ufeff")) {
		return errors.New("a line starts with a byte order mark, U+FEFF; remove the mark")
	}
	for line := range bytes.Lines(data) {
		// The reader below drops such a line as a whole.
		if bytes.HasPrefix(line, []byte("---")) && bytes.ContainsAny(bytes.TrimRight(line, "\r\n"), "\r\u0085\u2028\u2029") {
			return errors.New(`a line that starts with "---" goes on behind a line end that not every reader knows; end lines with a line feed`)
		}
	}
	return nil
}

// readDocument returns an error if something follows the end of the document, as in a
// stream of JSON: most readers pass over it, and some apply it.
func readDocument(document []byte) (value any, err error) {
	if err := yaml.Unmarshal(document, &value); err != nil {
		return nil, err
	}
	decoder := yamlv2.NewDecoder(bytes.NewReader(document))
	var first, further any
	if err := decoder.Decode(&first); err == nil && !errors.Is(decoder.Decode(&further), io.EOF) {
		return nil, errors.New("something follows the end of the object, and some readers take it for another one")
	}
	return value, nil
}

// isNamed refuses lists, also those of one kind, such as a RoleList.
func isNamed(value any) bool {
	object, _ := value.(map[string]any)
	metadata, _ := object["metadata"].(map[string]any)
	for _, text := range []any{object["apiVersion"], object["kind"], metadata["name"]} {
		if s, ok := text.(string); !ok || s == "" {
			return false
		}
	}
	kind, _ := object["kind"].(string)
	_, hasItems := object["items"]
	return !hasItems || !strings.HasSuffix(kind, "List")
}
