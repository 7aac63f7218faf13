package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	fewItems, manyItems = 1000, 4000
	// attempts are how often each size is measured: the least counts.
	attempts = 3
)

// growth measures how many times as long a run takes with four times the items, in time of
// the processor. It may be six times. Run the benchmarks with -benchtime 1x.
func growth(b *testing.B, write func(root string, count int), args ...string) {
	few, many := b.TempDir(), b.TempDir()
	write(few, fewItems)
	write(many, manyItems)
	for b.Loop() {
		short, long := leastTime(few, args), leastTime(many, args)
		b.ReportMetric(short, "s/1000")
		b.ReportMetric(long, "s/4000")
		b.ReportMetric(long/short, "factor")
	}
}

func leastTime(root string, args []string) float64 {
	least := math.Inf(1)
	for range attempts {
		before := processorTime()
		ran(root, args...)
		least = min(least, (processorTime() - before).Seconds())
	}
	return least
}

// BenchmarkLists grows each list of the environment file.
func BenchmarkLists(b *testing.B) {
	for _, l := range grownLists {
		b.Run(strings.TrimSpace(l.field+" "+l.of), func(b *testing.B) {
			growth(b, func(root string, count int) { l.write(b, root, firstItem, count) }, "generate", "--all", "--check")
		})
	}
}

// BenchmarkReviews changes every item of each list that is written without a problem.
func BenchmarkReviews(b *testing.B) {
	for _, l := range grownLists {
		b.Run(strings.TrimSpace(l.field+" "+l.of), func(b *testing.B) {
			growth(b, func(root string, count int) {
				l.write(b, root, firstItem, count)
				if said := ran(root, "generate", "--all"); strings.Contains(said, "nothing was written") {
					b.Skip(said[:strings.IndexByte(said, '\n')])
				}
				l.write(b, root, firstItem+manyItems, count)
			}, "diff")
		})
	}
}

// looseFolders are kinds of folders with many objects: what is written for each number.
var looseFolders = []struct{ name, object string }{
	{"StatefulSets", looseStatefulSet},
	{"StatefulSets whose names do not differ by digits", strings.ReplaceAll(looseStatefulSet, "aN", "aN-x")},
	{"all kinds", looseStatefulSet + looseCompanions},
	{"one Service for each pod", looseStatefulSet + "---\napiVersion: v1\nkind: Service\nmetadata: {name: aN, namespace: e}\nspec: {clusterIP: None, selector: {statefulset.kubernetes.io/pod-name: aN-0}, ports: [{port: 8008}]}\n"},
	{"Ingresses to nodes", looseStatefulSet + "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: aN, namespace: e}\nspec: {defaultBackend: {service: {name: aN-0-e-flow, port: {number: 80}}}}\n"},
}

const (
	looseStatefulSet = `---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: aN, namespace: e}
spec:
  serviceName: aN
  replicas: 3
  selector: {matchLabels: {app: aN}}
  template:
    metadata: {labels: {app: aN, part-of: all}}
    spec:
      serviceAccountName: aN
      containers:
      - name: main
        image: registry.example.com/flow:1
        env: [{name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: STREAMING_NODENAME, value: $(POD_NAME).e.flow}]
`
	looseCompanions = `---
apiVersion: v1
kind: Service
metadata: {name: aN, namespace: e}
spec: {clusterIP: None, selector: {app: aN}, ports: [{port: 8008}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: aN, namespace: e}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: aN}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: aN, namespace: e}
spec: {podSelector: {matchExpressions: [{key: app, operator: In, values: [aN]}]}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: aN, namespace: e}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: aN, namespace: e}
rules: [{apiGroups: [''], resources: [pods, services], verbs: [get, list, watch, create, update, patch, delete]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: aN, namespace: e}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: aN}
subjects: [{kind: ServiceAccount, name: aN, namespace: e}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: aN, namespace: e}
spec: {rules: [{host: aN.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: aN, port: {number: 8008}}}}]}}]}
`
)

// BenchmarkLoose grows folders of loose objects, one file for each number.
func BenchmarkLoose(b *testing.B) {
	for _, folder := range looseFolders {
		b.Run(folder.name, func(b *testing.B) {
			growth(b, func(root string, count int) {
				for i := range count {
					number := fmt.Sprint(firstItem + i)
					require.NoError(b, os.WriteFile(filepath.Join(root, number+".yaml"), []byte(strings.ReplaceAll(folder.object, "aN", "a"+number)), 0o644))
				}
			}, "validate", ".")
		})
	}
}
