package review_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/manifest"
)

// A change is one environment before and after.
type change struct {
	old, new side
	env      *config.Environment
}

// changes renders environments that all extend _base.yaml, each with its own namespace
// and 1 to 5 replicas, before and after a text of that file is replaced.
func changes(t testing.TB, n int, text, replacement string) []change {
	t.Helper()
	base, err := os.ReadFile("testdata/_base.yaml")
	require.NoError(t, err)
	require.Contains(t, string(base), text)
	dirs := []string{t.TempDir(), t.TempDir()}
	write(t, dirs[0], "_base.yaml", base)
	write(t, dirs[1], "_base.yaml", []byte(strings.Replace(string(base), text, replacement, 1)))
	all := make([]change, n)
	for i := range all {
		name := fmt.Sprintf("site-%03d", i+1)
		own := fmt.Sprintf("apiVersion: efgen/v1\nkind: Environment\nextends: [_base.yaml]\napplications: {flow: {replicas: %d}}\n", 1+i%5)
		for _, dir := range dirs {
			write(t, dir, name+".yaml", []byte(own))
		}
		all[i].old, _ = renderEnvironment(t, dirs[0], name)
		all[i].new, all[i].env = renderEnvironment(t, dirs[1], name)
	}
	return all
}

func compareAll(all []change) review.Report {
	comparer := review.NewComparer()
	for _, c := range all {
		comparer.Add(c.old.set(), c.new.set(), locate(c.env))
	}
	return comparer.Report()
}

func TestOneTagInManyEnvironmentsIsOneDifference(t *testing.T) {
	report := compareAll(changes(t, 20, `tag: "1.1.0"`, `tag: "1.2.0"`))
	require.Len(t, report.Changes, 1)
	d := report.Changes[0]
	assert.Equal(t, []any{"StatefulSet", "flow", "", review.Modified, 20, review.Medium}, []any{d.Kind, d.Name, d.Namespace, d.Action, len(d.Environments), report.Risk})
	assert.True(t, slices.IsSorted(d.Environments))
	assert.Equal(t, []review.Field{{
		Path: "spec.template.spec.containers[name=flow].image",
		Old:  "registry.example.com/streaming/flow:1.1.0", New: "registry.example.com/streaming/flow:1.2.0",
	}}, d.Fields)
	assert.Equal(t, []review.Risk{{
		Rule: "ER308", Level: review.Medium, File: "environments/_base.yaml", Line: 7,
		Message: "restarts 5 nodes of flow one at a time, about 8 minutes; their state is only in memory (in site-005; it varies over 20 environments)",
	}}, d.Risks)
}

func TestOwnNamespacesSplitNothingAndShowWhereThereIsOne(t *testing.T) {
	trust := changes(t, 2, `ports:`, "security: {trustedHosts: [10.0.0.0/8]}\n    ports:")
	// What nobody generated: the namespace in a name and in a subject.
	for i := range trust {
		side := &trust[i].new
		for j, file := range side.Files {
			if file.Path == "rbac/clusterrolebinding.yaml" {
				side.Files[j].Data = []byte(strings.Replace(string(file.Data), ":flow", ":audit", 1))
			}
		}
	}
	both := compareAll(trust)
	names := map[string]review.Difference{}
	for _, d := range both.Changes {
		assert.Len(t, d.Environments, 2, d.Name)
		assert.Empty(t, d.Namespace)
		names[d.Kind+"/"+d.Name] = d
	}
	binding := names["ClusterRoleBinding/service-update-<namespace>"]
	require.Len(t, binding.Risks, 1)
	assert.Equal(t, "User system:serviceaccount:<namespace>:audit may now get services and 13 more in every namespace", binding.Risks[0].Message)
	assert.Contains(t, binding.Fields, review.Field{Path: "subjects[name=system:serviceaccount:<namespace>:flow]", Old: map[string]any{
		"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "system:serviceaccount:<namespace>:flow",
	}})
	assert.Empty(t, names["StatefulSet/flow"].Fields, "what is derived from the configuration says nothing")

	one := compareAll(trust[:1])
	for _, d := range one.Changes {
		assert.NotRegexp(t, "<(namespace|environment|derived)>", fmt.Sprint(d), d.Name)
	}
	assert.Len(t, one.Changes, len(both.Changes))
}

func TestTheNamespaceThatMostObjectsNameIsOnesOwn(t *testing.T) {
	sideOf := func(environment, image string) side {
		data := "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: " + environment + "}\nspec: {containers: [{name: a, image: " + image + "}]}\n"
		return side{Environment: environment, Files: []manifest.File{{Path: "pod.yaml", Data: []byte(data)}}}
	}
	report := compareAll([]change{{old: sideOf("a", "x:1")}, {old: sideOf("b", "x:1")}})
	require.Len(t, report.Changes, 1, "environments that are gone")
	assert.Empty(t, report.Changes[0].Namespace)
}

func TestWhatDiffersByMoreThanTheNamespaceStaysApart(t *testing.T) {
	sideOf := func(environment, image string) side {
		data := "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: " + environment + "}\nspec: {containers: [{name: a, image: " + image + "}]}\n"
		return side{Environment: environment, Namespace: environment, Files: []manifest.File{{Path: "pod.yaml", Data: []byte(data)}}}
	}
	report := compareAll([]change{
		{old: sideOf("a", "x:1"), new: sideOf("a", "x:2")},
		{old: sideOf("b", "x:1"), new: sideOf("b", "x:2")},
		{old: sideOf("c", "x:1"), new: sideOf("c", "x:3")},
	})
	require.Len(t, report.Changes, 2)
	assert.Equal(t, []string{"a", "b"}, report.Changes[0].Environments)
	assert.Equal(t, []string{"c"}, report.Changes[1].Environments)
	assert.Equal(t, "c", report.Changes[1].Namespace)
}

func TestTheOrderOfEnvironmentsChangesNothing(t *testing.T) {
	all := changes(t, 12, "limits: {memory: 2Gi}", "limits: {cpu: \"2\"}")
	want := compareAll(all)
	slices.Reverse(all)
	assert.Equal(t, want, compareAll(all))

	comparer := review.NewComparer()
	var wait sync.WaitGroup
	for _, c := range all {
		wait.Go(func() { comparer.Add(c.old.set(), c.new.set(), locate(c.env)) })
	}
	wait.Wait()
	assert.Equal(t, want, comparer.Report())
}

func TestTheRiskiestComesFirst(t *testing.T) {
	report := readCase(t, "testdata/cases/ER105-trigger-application-goes.txtar").report(t)
	assert.Equal(t, review.Blocking, report.Risk)
	assert.True(t, slices.IsSortedFunc(report.Changes, func(a, b review.Difference) int { return int(b.Risks[0].Level - a.Risks[0].Level) }))
}

func TestNoChangeIsNoRisk(t *testing.T) {
	same := changes(t, 1, "memory: 2Gi", "memory: 2Gi")
	assert.Equal(t, review.Report{}, compareAll(same))
	assert.Equal(t, review.Report{}, compareAll([]change{{old: side{Environment: "a"}, new: side{Environment: "a"}}}))
}

func TestSecurityConfIsSaidOnceWhereANodeDeployFileEmbedsIt(t *testing.T) {
	kinds := func(path string) (kinds []string) {
		for _, d := range readCase(t, path).report(t).Changes {
			kinds = append(kinds, d.Kind)
		}
		return kinds
	}
	assert.NotContains(t, kinds("testdata/cases/ER202-trigger-wider-network.txtar"), "File")
	assert.Contains(t, kinds("testdata/cases/ER202-trigger-image-delivery.txtar"), "File")
}

func TestTheListOfFilesIsSaidOnce(t *testing.T) {
	listing := func(resources string) string {
		return "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [" + resources + "]\n"
	}
	sideOf := func(resources string, files ...string) side {
		s := side{Environment: "a", Files: []manifest.File{{Path: "kustomization.yaml", Data: []byte(listing(resources))}}}
		for _, name := range files {
			s.Files = append(s.Files, manifest.File{Path: name, Data: []byte("kind: A\nmetadata: {name: " + name + "}\n")})
		}
		return s
	}
	kinds := func(old, new side) (kinds []string) {
		for _, d := range compareAll([]change{{old: old, new: new}}).Changes {
			kinds = append(kinds, d.Kind)
		}
		return kinds
	}
	assert.Equal(t, []string{"A"}, kinds(sideOf("a.yaml", "a.yaml"), sideOf("a.yaml, b.yaml", "a.yaml", "b.yaml")))
	assert.Equal(t, []string{"A"}, kinds(sideOf("a.yaml, b.yaml", "a.yaml", "b.yaml"), sideOf("a.yaml", "a.yaml")))
	assert.Equal(t, []string{"Kustomization"}, kinds(sideOf("a.yaml, b.yaml", "a.yaml", "b.yaml"), sideOf("a.yaml", "a.yaml", "b.yaml")), "the object stays, and is no longer applied")
	assert.Equal(t, []string{"A"}, kinds(side{}, sideOf("a.yaml", "a.yaml")))
}

func BenchmarkOneTagInTwoHundredEnvironments(b *testing.B) {
	all := changes(b, 200, `tag: "1.1.0"`, `tag: "1.2.0"`)
	for b.Loop() {
		require.Len(b, compareAll(all).Changes, 1)
	}
}

func BenchmarkOneLabelOfEveryObjectInTwoHundredEnvironments(b *testing.B) {
	all := changes(b, 200, "registry:", "labels: {example.com/team: orders}\nregistry:")
	for b.Loop() {
		require.Len(b, compareAll(all).Changes, 10)
	}
}

// The Services that nodes make for themselves carry the namespace, without its dashes, in the
// middle of their names.
func TestTheNamesOfDiscoveryServicesSplitNothing(t *testing.T) {
	report := compareAll(changes(t, 5, `ports:`, "security: {trustDiscoveryServices: false}\n    ports:"))
	var kinds []string
	for _, d := range report.Changes {
		assert.Len(t, d.Environments, 5, d.Kind)
		kinds = append(kinds, d.Kind)
	}
	assert.Equal(t, []string{"StatefulSet", "ConfigMap"}, kinds)
}
