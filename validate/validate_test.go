package validate_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/fit"
	"github.com/efgen/efgen/validate/rule"
)

func TestRulesAreDocumentedAndSorted(t *testing.T) {
	seen := map[string]bool{}
	rules := validate.Rules()
	for _, r := range rules {
		assert.Regexp(t, `^EF[2-5]\d\d$`, r.ID)
		assert.False(t, seen[r.ID], "%s twice", r.ID)
		seen[r.ID] = true
		for what, text := range map[string]string{"severity": string(r.Severity), "title": r.Title, "why": r.Why, "example": r.Example, "fix": r.Fix} {
			assert.NotEmpty(t, text, "%s has no %s", r.ID, what)
		}
	}
	assert.True(t, slices.IsSortedFunc(rules, func(a, b rule.Rule) int { return strings.Compare(a.ID, b.ID) }))
}

func TestHandEditedNamesTheFile(t *testing.T) {
	p := fit.HandEdited("production", "out/production/flow/service.yaml")
	assert.Equal(t, "out/production/flow/service.yaml:1: the file was edited by hand: it is not what efgen.lock says [EF325]", p.String())
	assert.Equal(t, "production", p.Environment)
	assert.Equal(t, rule.Error, p.Severity)
}

// environments are copies of the good one that share a cluster, so that each
// clashes with the first in node port and host.
func environments(t testing.TB, n int) map[string][]validate.File {
	all := map[string][]validate.File{}
	for i := range n {
		name := fmt.Sprintf("env%03d", i)
		files := good(t)
		for j := range files {
			files[j].Data = []byte(strings.ReplaceAll(string(files[j].Data), "production", name))
		}
		all[name] = files
	}
	return all
}

func factsOf(environment string) validate.Facts {
	return validate.Facts{
		Environment: environment, Cluster: "shared", KubernetesVersion: "1.34", ProductVersion: "11.2",
		Policy: validate.Policy{PodSecurity: "restricted"},
	}
}

func TestClashesDependOnNoOrder(t *testing.T) {
	const n = 8
	var want []rule.Problem
	for range 4 {
		checker := validate.NewChecker()
		var group sync.WaitGroup
		for name, files := range environments(t, n) {
			group.Go(func() { assert.Empty(t, checker.Files(files, factsOf(name))) })
		}
		group.Wait()
		got := checker.Clashes()
		require.Len(t, got, 2*(n-1))
		if want == nil {
			want = got
		}
		assert.Equal(t, want, got)
		assert.Equal(t, n*15, checker.Manifests())
	}
}

func TestAClashCanBeExcepted(t *testing.T) {
	checker := validate.NewChecker()
	for name, files := range environments(t, 2) {
		facts := factsOf(name)
		facts.Policy.Exceptions = []validate.Exception{
			{Rule: "EF327", Resource: "Service/clustermonitor", Reason: "the clusters will be parted"},
			{Rule: "EF328", Resource: "Ingress/flow", Reason: "the clusters will be parted"},
		}
		assert.Empty(t, checker.Files(files, facts))
	}
	assert.Empty(t, checker.Clashes())
}

func TestOneServerIsOneClusterUnlessTheNamesDiffer(t *testing.T) {
	role := []validate.File{{Path: "a.yaml", Data: []byte("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\nrules: []\n")}}
	for _, c := range []struct {
		clusters, servers [3]string
		want              []string
	}{
		{[3]string{"", "", ""}, [3]string{"x", "x", "y"}, []string{"b with a"}},
		{[3]string{"e", "", "f"}, [3]string{"x", "x", "x"}, []string{"b with a", "c with b"}},
		{[3]string{"e", "f", "f"}, [3]string{"x", "x", "x"}, []string{"c with b"}},
		{[3]string{"e", "e", ""}, [3]string{"x", "", "x"}, []string{"b with a", "c with a"}},
		{[3]string{"", "", ""}, [3]string{"", "", ""}, nil},
	} {
		checker := validate.NewChecker()
		for i, name := range []string{"a", "b", "c"} {
			checker.Files(role, validate.Facts{Environment: name, Cluster: c.clusters[i], Server: c.servers[i], KubernetesVersion: "1.34"})
		}
		var got []string
		for _, p := range checker.Clashes() {
			_, other, _ := strings.Cut(p.Message, "claimed by environment ")
			got = append(got, p.Environment+" with "+other[1:2])
		}
		assert.Equal(t, c.want, got, c)
	}
}

func TestFilesThatAreTooLargeAreNotRead(t *testing.T) {
	comment := "#" + strings.Repeat(" ", 17<<20)
	problems := validate.NewChecker().Files([]validate.File{{Path: "a.yaml", Data: []byte(comment)}}, validate.Facts{KubernetesVersion: "1.34"})
	require.Len(t, problems, 1)
	assert.Equal(t, "a.yaml: the file has 17825793 bytes, more than the 16777216 that are read [EF204]", problems[0].String())
}

// FuzzFiles feeds any bytes as every kind of file. A problem may come of it; a
// panic may not, nor a problem that names no rule or another file.
func FuzzFiles(f *testing.F) {
	for _, file := range good(f) {
		f.Add(file.Path, file.Data)
	}
	f.Add("a.yaml", []byte("a: &a [*a]\n---\n- - -\n--- {kind: List, items: [1, {}]}"))
	f.Add("a.json", []byte(`{"apiVersion":"apps/v1","kind":"StatefulSet","spec":{"replicas":-1,"template":{"spec":{"containers":[{"env":[{"name":"STREAMING_NODENAME","value":"$(STREAMING_NODENAME)"}]}]}}}}`))
	ids := map[string]bool{}
	for _, r := range validate.Rules() {
		ids[r.ID] = true
	}
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		files := []validate.File{{Path: path, Data: data}}
		for _, file := range good(t) {
			if file.Path != path {
				files = append(files, file)
			}
		}
		for _, environment := range []string{"", "production"} {
			for _, p := range validate.NewChecker().Files(files, factsOf(environment)) {
				assert.True(t, ids[p.Rule], p.Rule)
				assert.True(t, p.File == "" || p.File == "kustomization.yaml" || slices.ContainsFunc(files, func(f validate.File) bool { return f.Path == p.File }), p.File)
			}
		}
	})
}

func TestHugeReplicasAreReasonedAbout(t *testing.T) {
	files := good(t)
	for i := range files {
		data := strings.ReplaceAll(string(files[i].Data), "replicas: 3", "replicas: 2000000000")
		files[i].Data = []byte(strings.ReplaceAll(data, `"*.flow.production.svc.cluster.local"`, `"flow-0.flow.production.svc.cluster.local"`))
	}
	got := lines(validate.NewChecker().Files(files, factsOf("production")))
	assert.Contains(t, got, "does not trust flow-1.flow.production.svc.cluster.local")
}

func TestVariablesThatDoubleAreBounded(t *testing.T) {
	var doubling strings.Builder
	for i := range 60 {
		fmt.Fprintf(&doubling, "        - {name: V%d, value: $(V%d)$(V%d)x}\n", i+1, i, i)
	}
	files := good(t)
	for i := range files {
		files[i].Data = []byte(strings.Replace(string(files[i].Data), "        - name: STREAMING_NODENAME\n          value: $(POD_NAME)",
			doubling.String()+"        - name: STREAMING_NODENAME\n          value: $(V60)", 1))
	}
	assert.Contains(t, lines(validate.NewChecker().Files(files, factsOf("production"))), "[EF407]")
}

func BenchmarkFiles(b *testing.B) {
	b.Run("first", func(b *testing.B) {
		files := good(b)
		for b.Loop() {
			validate.NewChecker().Files(files, factsOf("production"))
		}
	})
	b.Run("100 environments", func(b *testing.B) {
		all := environments(b, 100)
		b.ReportAllocs()
		for b.Loop() {
			checker := validate.NewChecker()
			for name, files := range all {
				checker.Files(files, factsOf(name))
			}
			checker.Clashes()
		}
	})
}

func TestAListWithAKeyTwiceIsNotReadAsIfItWereWhole(t *testing.T) {
	file := validate.File{Path: "a.yaml", Data: []byte("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  data: {}\n  data: {}\n")}
	problems := validate.NewChecker().Files([]validate.File{file}, validate.Facts{KubernetesVersion: "1.34"})
	require.NotEmpty(t, problems)
	assert.Equal(t, `a.yaml:8: key "data" already set in map [EF204]`, problems[0].String())
}
