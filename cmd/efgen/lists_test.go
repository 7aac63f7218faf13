package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A grownList is a list, or a mapping with free keys, of the environment file.
type grownList struct {
	// field is its path, as `efgen explain` has it; of says what it holds, where that matters.
	field, of string
	// item is one of its items, with N in place of a number.
	item string
	// beside is what the list needs in the same mapping, and above in the environment.
	beside, above string
	// file is the content of the file that each item names, with N in place of its number.
	file string
}

const (
	application = "applications.a."
	// A file of the name is there for each item of a list of files.
	fileN = "files/fN.yaml"
)

// grownLists are all lists of the environment file, by their paths.
var grownLists = []grownList{
	{field: "labels", item: "kN: v"},
	{field: "annotations", item: "kN: v"},
	{field: "patches", item: "- {target: {kind: StatefulSet, name: a}, patch: {metadata: {annotations: {kN: v}}}}"},
	{field: "extraManifests", item: "- " + fileN, file: "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sN, namespace: e}\n"},
	{field: "extraManifests", of: "Services", item: "- " + fileN, file: "apiVersion: v1\nkind: Service\nmetadata: {name: sN, namespace: e}\nspec: {selector: {app: a}, ports: [{port: 8008}]}\n"},
	{field: "extraManifests", of: "policies", item: "- " + fileN, file: "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: sN, namespace: e}\nspec: {podSelector: {matchLabels: {app: aN}}}\n"},
	{field: "extraManifests", of: "bindings", item: "- " + fileN, file: "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: sN, namespace: e}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: rN}\nsubjects: [{kind: ServiceAccount, name: aN, namespace: e}]\n"},
	{field: "extraManifests", of: "configurations", item: "- " + fileN, file: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: sN, namespace: e}\ndata: {node.conf: 'type = com.tibco.ep.dtm.configuration.node'}\n"},
	{field: "extraManifests", of: "nodes", item: "- " + fileN, file: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: nN, namespace: e}\nspec: {serviceName: nN, selector: {matchLabels: {app: nN}}, template: {metadata: {labels: {app: nN}}, spec: {containers: [{name: n, image: 'r.example.com/n:1', env: [{name: STREAMING_NODENAME, value: nN.e}]}]}}}\n"},
	{field: "schemas", item: "- " + fileN, file: "properties: {apiVersion: {const: example.com/v1}, kind: {const: KindN}}\n"},
	{field: "policy.allowedRegistries", item: "- rN.example.com", above: "registry: {host: r1000.example.com}"},
	{field: "policy.exceptions", item: "- {rule: EF403, resource: ConfigMap/a-configuration-N, reason: measured}"},
	{field: application + "env", item: "- {name: V_N, value: x}"},
	{field: application + "nodeSelector", item: "kN: v"},
	{field: application + "tolerations", item: "- {key: kN, operator: Exists}"},
	{field: application + "ports", item: "- {name: pN, port: 2N}"},
	{field: application + "podLabels", item: "kN: v"},
	{field: application + "podAnnotations", item: "kN: v"},
	{field: application + "topologySpreadConstraints", item: "- {maxSkew: 1, topologyKey: kN, whenUnsatisfiable: ScheduleAnyway}"},
	{field: application + "volumes", item: "- {name: vN, emptyDir: {}}"},
	{field: application + "volumeMounts", item: "- {name: v, mountPath: /mN}", beside: "volumes: [{name: v, emptyDir: {}}]"},
	{field: application + "volumeClaimTemplates", item: "- {metadata: {name: cN}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}"},
	{field: application + "files.configuration", item: "fN.xml: " + fileN, file: "x\n"},
	{field: application + "files.resources", item: "fN.xml: " + fileN, file: "x\n"},
	{field: application + "security.trustedHosts", item: "- \"fd00:N::/48\""},
	{field: application + "security.include", item: "- " + fileN, file: "name = nN\nversion = \"1.0.0\"\ntype = \"com.tibco.ep.dtm.configuration.application\"\nconfiguration = {}\n"},
	{field: application + "node.substitutions", item: "S_N: x"},
	{field: application + "node.availabilityZones", item: "zN: {}"},
	{field: application + "service.annotations", item: "kN: v"},
	{field: application + "networkPolicy.ingressFrom", item: "- {namespaceSelector: {matchLabels: {a: vN}}}"},
	{field: application + "resources.limits", item: "example.com/rN: 1"},
	{field: "applications", item: "aN: {image: {tag: \"1\"}}"},
}

// write writes an environment that has so many items in the list.
func (l grownList) write(t testing.TB, root string, count int) {
	require.NoError(t, os.MkdirAll(filepath.Join(root, "environments/files"), 0o755))
	var list strings.Builder
	for i := range count {
		number := fmt.Sprint(1000 + i)
		list.WriteString(strings.ReplaceAll(l.item, "N", number) + "\n")
		if l.file != "" {
			path := filepath.Join(root, "environments", strings.ReplaceAll(fileN, "N", number))
			require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(l.file, "N", number)), 0o644))
		}
	}
	text := "apiVersion: efgen/v1\nkind: Environment\nnamespace: e\n" + l.above + "\n"
	if !strings.HasPrefix(l.field, "applications") {
		text += "applications: {a: {image: {tag: \"1\"}}}\n"
	}
	keys := strings.Split(l.field, ".")
	for depth, key := range keys {
		indent := strings.Repeat("  ", depth)
		if depth == 2 {
			text += indent + "image: {tag: \"1\"}\n"
			if l.beside != "" {
				text += indent + l.beside + "\n"
			}
		}
		text += indent + key + ":\n"
	}
	indent := strings.Repeat("  ", len(keys))
	text += indent + strings.ReplaceAll(strings.TrimSuffix(list.String(), "\n"), "\n", "\n"+indent) + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(root, "environments/e.yaml"), []byte(text), 0o644))
}

// generated runs `efgen generate --all`, and returns what it says.
func generated(root string) string {
	var said bytes.Buffer
	run([]string{"-C", root, "generate", "--all", "--check"}, streams{stdout: &said, stderr: &said, getenv: func(string) string { return "" }})
	return said.String()
}

// BenchmarkLists shows how the time of a run grows with each list of the environment file:
// with four times the items it may take six times as long. Run it with -benchtime 1x.
func BenchmarkLists(b *testing.B) {
	for _, l := range grownLists {
		for _, count := range []int{1000, 4000} {
			b.Run(fmt.Sprintf("%s %s/%d", l.field, l.of, count), func(b *testing.B) {
				root := b.TempDir()
				l.write(b, root, count)
				for b.Loop() {
					generated(root)
				}
			})
		}
	}
}

// The lists of the table are written as the environment file has them.
func TestGrownListsAreFields(t *testing.T) {
	for _, l := range grownLists {
		root := t.TempDir()
		l.write(t, root, 3)
		assert.NotContains(t, generated(root), "[EF10", l.field)
	}
}
