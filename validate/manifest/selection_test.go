package manifest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/manifest"
)

// selectors are written as in a manifest; each also serves as a Service's where it only has labels.
var selectors = []string{
	"{}", "matchLabels: {app: a3}", "matchLabels: {all: x}", "matchLabels: {app: a3, all: x}", "matchLabels: {app: none}",
	"matchLabels: {statefulset.kubernetes.io/pod-name: a3-1}", "matchLabels: {statefulset.kubernetes.io/pod-name: a3-7}",
	"matchLabels: {apps.kubernetes.io/pod-index: '1', all: x}", "matchLabels: {job-name: j1}", "matchLabels: {job-name: other}",
	"matchLabels: {controller-revision-hash: abc, app: a3}", "matchLabels: {pod-template-hash: abc}",
	"matchExpressions: [{key: app, operator: In, values: [a3, a5, d1]}]", "matchExpressions: [{key: app, operator: NotIn, values: [a3]}]",
	"matchExpressions: [{key: only, operator: Exists}]", "matchExpressions: [{key: only, operator: DoesNotExist}]",
	"matchExpressions: [{key: job-name, operator: Exists}]",
}

// Whatever the index leaves out is not selected.
func TestMaySelectLeavesOutNothingThatIsSelected(t *testing.T) {
	var text strings.Builder
	add := func(api, kind, name, labels, rest string) {
		fmt.Fprintf(&text, "---\napiVersion: %s\nkind: %s\nmetadata: {name: %s, namespace: e}\nspec: {%stemplate: {metadata: {labels: {%s}}, spec: {containers: [{name: main}]}}}\n", api, kind, name, rest, labels)
	}
	for i := range 12 {
		add("apps/v1", "StatefulSet", fmt.Sprint("a", i), fmt.Sprintf("app: a%d, all: x", i), "replicas: 3, ")
		add("apps/v1", "Deployment", fmt.Sprint("d", i), fmt.Sprintf("app: d%d, all: x", i), "")
		add("batch/v1", "Job", fmt.Sprint("j", i), "all: x", "")
	}
	add("apps/v1", "StatefulSet", "only", "only: x, statefulset.kubernetes.io/pod-name: a3-1", "")
	for i, selector := range selectors {
		if labels, ok := strings.CutPrefix(selector, "matchLabels: "); ok {
			fmt.Fprintf(&text, "---\napiVersion: v1\nkind: Service\nmetadata: {name: s%d, namespace: e}\nspec: {selector: %s}\n", i, labels)
		}
	}
	set := manifest.NewSet([]manifest.File{{Path: "all.yaml", Data: []byte(text.String())}}, manifest.Facts{})
	require.Len(t, set.WorkloadsIn("e"), 37)
	for i, text := range selectors {
		var selector metav1.LabelSelector
		require.NoError(t, yaml.Unmarshal([]byte(text), &selector))
		for _, selects := range []func(*manifest.Workload) bool{
			func(w *manifest.Workload) bool { return w.SelectedBy(&selector) },
			func(w *manifest.Workload) bool { return w.SomeSelectedBy(&selector) },
		} {
			want, got := chosen(set.WorkloadsIn("e"), selects), chosen(set.MaySelect("e", &selector), selects)
			assert.Equal(t, want, got, text)
		}
		o := set.Find("", "Service", "e", fmt.Sprint("s", i))
		if service := manifest.Value[corev1.Service](o); service != nil {
			some := chosen(set.WorkloadsIn("e"), func(w *manifest.Workload) bool { return w.SomeSelectedBy(&selector) })
			assert.Equal(t, some, chosen(set.ServedBy(manifest.Typed[corev1.Service]{Object: o, Value: service}), nil), text)
			for _, w := range set.WorkloadsIn("e") {
				isOne := slices.ContainsFunc(set.ServicesOf(w), func(s manifest.Typed[corev1.Service]) bool { return s.Object == o })
				assert.Equal(t, w.Serves(service), isOne, "%s and %s", text, w.Manifest())
			}
		}
	}
	few := set.MaySelect("e", &metav1.LabelSelector{MatchLabels: map[string]string{"all": "x", "app": "a3"}})
	assert.Len(t, few, 1, "the rarest label decides")
}

func chosen(workloads []*manifest.Workload, by func(*manifest.Workload) bool) (names []string) {
	for _, w := range workloads {
		if by == nil || by(w) {
			names = append(names, w.Manifest())
		}
	}
	return names
}
