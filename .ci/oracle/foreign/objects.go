package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// An object is one of a file, as Kubernetes' own readers see it.
type object struct {
	file string
	kind schema.GroupVersionKind
	name string
	json []byte
	// unread says why it is none: no YAML, a key twice, no kind.
	unread string
}

func readObjects(files []string) (all []object, err error) {
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "kustomization.") {
			continue // for kustomize, and no object of a cluster
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, document := range split(data) {
			converted, err := yaml.YAMLToJSONStrict(document)
			if err != nil {
				all = append(all, object{file: file, unread: err.Error()})
			} else if string(converted) != "null" {
				all = append(all, objectsOf(file, converted)...)
			}
		}
	}
	return all, nil
}

// split returns the documents of YAML, or of a stream of JSON.
func split(data []byte) (documents [][]byte) {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return splitJSON(data)
	}
	for reader := utilyaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(data))); ; {
		document := make([]byte, len(data))
		n, err := reader.Read(document)
		if errors.Is(err, io.EOF) {
			return documents
		}
		documents = append(documents, document[:n])
	}
}

func splitJSON(data []byte) (documents [][]byte) {
	for decoder := json.NewDecoder(bytes.NewReader(data)); ; {
		var document json.RawMessage
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return documents
		} else if err != nil {
			return append(documents, data)
		}
		documents = append(documents, document)
	}
}

// objectsOf are an object, or the items of a list of objects.
func objectsOf(file string, document []byte) (all []object) {
	var head struct {
		APIVersion string
		Kind       string
		Metadata   struct{ Name, GenerateName string }
		Items      []json.RawMessage
	}
	if err := json.Unmarshal(document, &head); err != nil || head.APIVersion == "" || head.Kind == "" {
		return []object{{file: file, json: document, unread: "no apiVersion and kind"}}
	}
	kind := schema.FromAPIVersionAndKind(head.APIVersion, head.Kind)
	if head.Items == nil || !strings.HasSuffix(head.Kind, "List") {
		return []object{{file: file, kind: kind, name: head.Metadata.Name, json: document}}
	}
	for _, item := range head.Items {
		all = append(all, objectsOf(file, item)...)
	}
	return all
}
