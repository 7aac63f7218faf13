package gitops

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/.ci/cluster"
)

func (s *story) get(o unstructured.Unstructured) error { return s.read(o, &o) }

func (s *story) read(o unstructured.Unstructured, into *unstructured.Unstructured) error {
	found, err := s.cluster.Get(s.t.Context(), o)
	if err == nil {
		*into = *found
	}
	return err
}

// field is one of a StatefulSet's specification, as text.
func (s *story) field(name, field string) string {
	o := object("apps/v1", "StatefulSet", "production", name)
	require.NoError(s.t, s.read(o, &o))
	return fmt.Sprint(o.Object["spec"].(map[string]any)[field])
}

func (s *story) apply(o unstructured.Unstructured) {
	s.t.Helper()
	text, err := yaml.Marshal(o.Object)
	require.NoError(s.t, err)
	_, err = s.cluster.Apply(s.t.Context(), cluster.Manifest{Path: o.GetName(), Text: text, Object: o}, false)
	require.NoError(s.t, err)
}

// annotate sets an annotation of an object, as people do to wake a controller up.
func (s *story) annotate(o unstructured.Unstructured, key, value string) {
	s.t.Helper()
	resource, err := s.cluster.Resource(o)
	require.NoError(s.t, err)
	patch := fmt.Sprintf(`{"metadata": {"annotations": {%q: %q}}}`, key, value)
	_, err = resource.Patch(s.t.Context(), o.GetName(), types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	require.NoError(s.t, err)
}

func namespace() unstructured.Unstructured { return object("v1", "Namespace", "", "production") }

// object is one with further fields.
func object(apiVersion, kind, namespace, name string, fields ...any) unstructured.Unstructured {
	o := unstructured.Unstructured{Object: map[string]any{"apiVersion": apiVersion, "kind": kind}}
	o.SetNamespace(namespace)
	o.SetName(name)
	for i := 0; i < len(fields); i += 2 {
		o.Object[fields[i].(string)] = fields[i+1]
	}
	return o
}

// unprotected is a namespace without annotations.
func unprotected(t *testing.T, text []byte) string {
	var o unstructured.Unstructured
	require.NoError(t, yaml.Unmarshal(text, &o.Object))
	o.SetAnnotations(nil)
	text, err := yaml.Marshal(o.Object)
	require.NoError(t, err)
	return string(text)
}
