package cluster

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	documents "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"
)

// A Manifest is one object as it is written down.
type Manifest struct {
	Path   string
	Text   []byte
	Object unstructured.Unstructured
}

// ID names the object for people.
func (m Manifest) ID() string {
	return fmt.Sprintf("%s %s %s/%s", m.Object.GetAPIVersion(), m.Object.GetKind(), m.Object.GetNamespace(), m.Object.GetName())
}

// Read is all objects of files and of folders, in the order in which they can be
// applied: definitions of kinds, namespaces,
// accounts, the rest. kustomization.yaml is no object.
func Read(paths ...string) ([]Manifest, error) {
	var all []Manifest
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || path != root && filepath.Ext(path) != ".yaml" {
				return err
			}
			found, err := readFile(path)
			all = append(all, found...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b Manifest) int { return cmp.Compare(a.turn(), b.turn()) })
	return all, nil
}

func (m Manifest) turn() int {
	switch m.Object.GetKind() {
	case "CustomResourceDefinition":
		return 0
	case "Namespace":
		return 1
	case "ServiceAccount":
		return 2
	}
	return 3
}

func readFile(path string) ([]Manifest, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []Manifest
	reader := documents.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		m := Manifest{Path: path, Text: document}
		if err == nil {
			err = yaml.Unmarshal(document, &m.Object.Object)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if m.Object.GetKind() != "" && m.Object.GroupVersionKind().Group != "kustomize.config.k8s.io" {
			all = append(all, m)
		}
	}
}

// Apply applies the text, unchanged, on the server's side; an unknown field is an
// error. With dryRun the server does all but keep the result.
func (c *Cluster) Apply(ctx context.Context, m Manifest, dryRun bool) (*unstructured.Unstructured, error) {
	resource, err := c.Resource(m.Object)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Path, err)
	}
	force := true
	options := metav1.PatchOptions{FieldManager: "efgen", Force: &force, FieldValidation: metav1.FieldValidationStrict}
	if dryRun {
		options.DryRun = []string{metav1.DryRunAll}
	}
	result, err := resource.Patch(ctx, m.Object.GetName(), types.ApplyYAMLPatchType, m.Text, options)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Path, err)
	}
	return result, nil
}

// Warnings are what the API server has warned of since they were asked for: API
// versions that go, pods that their namespace would refuse.
func (c *Cluster) Warnings() []string { return c.warnings.take() }

// Define applies definitions of kinds and waits until the API server serves them.
func (c *Cluster) Define(ctx context.Context, paths ...string) error {
	definitions, err := Read(paths...)
	if err != nil {
		return err
	}
	for _, definition := range definitions {
		if _, err := c.Apply(ctx, definition, false); err != nil {
			return err
		}
	}
	for _, definition := range definitions {
		if err := Within(patience, func() error { return c.established(ctx, definition) }); err != nil {
			return err
		}
	}
	c.mapper.Reset()
	return nil
}

func (c *Cluster) established(ctx context.Context, m Manifest) error {
	object, err := c.Get(ctx, m.Object)
	if err != nil {
		return err
	}
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, condition := range conditions {
		if condition, _ := condition.(map[string]any); condition["type"] == "Established" && condition["status"] == "True" {
			return nil
		}
	}
	return fmt.Errorf("%s is not established", m.Object.GetName())
}

// Get is what the API server has of an object.
func (c *Cluster) Get(ctx context.Context, object unstructured.Unstructured) (*unstructured.Unstructured, error) {
	resource, err := c.Resource(object)
	if err != nil {
		return nil, err
	}
	return resource.Get(ctx, object.GetName(), metav1.GetOptions{})
}

// Resource is the client for objects of that kind, in that namespace.
func (c *Cluster) Resource(object unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, err
	}
	resource := c.Client.Resource(mapping.Resource)
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return resource, nil
	}
	return resource.Namespace(object.GetNamespace()), nil
}

// warnings gathers what the API server warns of, whoever asked.
type warnings struct {
	sync.Mutex
	texts []string
}

// HandleWarningHeader is what rest.Config asks for.
func (w *warnings) HandleWarningHeader(_ int, _, text string) {
	w.Lock()
	defer w.Unlock()
	w.texts = append(w.texts, text)
}

func (w *warnings) take() []string {
	w.Lock()
	defer w.Unlock()
	texts := w.texts
	w.texts = nil
	return texts
}
