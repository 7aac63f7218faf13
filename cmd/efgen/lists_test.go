package main

import (
	"bytes"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/yamltree"
)

// A grownList is a list, or a mapping with free keys, of the environment file.
type grownList struct {
	// field is its path, as `efgen explain` has it; of says what it holds, where that matters.
	field, of string
	// item is one of its items, with @ in place of a number; first stands before them.
	item, first string
	// beside is what the list needs in the same mapping, and above in the environment.
	beside, above string
	// file is the content of the file that each item names, with @ in place of its number.
	file string
}

const (
	application = "applications.a."
	// A file of the name is there for each item of a list of files.
	fileN = "files/_f@.yaml"
)

// grownLists are all lists of the environment file, by their paths.
var grownLists = []grownList{
	{field: "labels", item: "k@: v"},
	{field: "annotations", item: "k@: v"},
	{field: "patches", item: "- {target: {kind: StatefulSet, name: a}, patch: {metadata: {annotations: {k@: v}}}}"},
	{field: "extraManifests", item: "- " + fileN, file: "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s@, namespace: e}\n"},
	{field: "extraManifests", of: "Services", item: "- " + fileN, file: "apiVersion: v1\nkind: Service\nmetadata: {name: s@, namespace: e}\nspec: {selector: {app: a}, ports: [{port: 8008}]}\n"},
	{field: "extraManifests", of: "policies", item: "- " + fileN, file: "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: s@, namespace: e}\nspec: {podSelector: {matchLabels: {app: a@}}}\n"},
	{field: "extraManifests", of: "bindings", item: "- " + fileN, file: "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: s@, namespace: e}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r@}\nsubjects: [{kind: ServiceAccount, name: a@, namespace: e}]\n"},
	{field: "extraManifests", of: "configurations", item: "- " + fileN, file: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s@, namespace: e}\ndata: {node.conf: 'type = com.tibco.ep.dtm.configuration.node'}\n"},
	{field: "extraManifests", of: "nodes", item: "- " + fileN, file: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: n@, namespace: e}\nspec: {serviceName: n@, selector: {matchLabels: {app: n@}}, template: {metadata: {labels: {app: n@}}, spec: {containers: [{name: main, image: 'r.example.com/n:1', env: [{name: STREAMING_NODENAME, value: n@.e}]}]}}}\n"},
	{field: "schemas", item: "- " + fileN, file: "properties: {apiVersion: {const: example.com/v1}, kind: {const: Kind@}}\n"},
	{field: "policy.allowedRegistries", item: "- r@.example.com", above: "registry: {host: r1000.example.com}"},
	{field: "policy.exceptions", item: "- {rule: EF403, resource: ConfigMap/a-configuration-@, reason: measured}"},
	{field: application + "env", item: "- {name: V_@, value: x}"},
	{field: application + "nodeSelector", item: "k@: v"},
	{field: application + "tolerations", item: "- {key: k@, operator: Exists}"},
	{field: application + "ports", item: "- {name: p@, port: 2@}"},
	{field: application + "podLabels", item: "k@: v"},
	{field: application + "podAnnotations", item: "k@: v"},
	{field: application + "topologySpreadConstraints", item: "- {maxSkew: 1, topologyKey: k@, whenUnsatisfiable: ScheduleAnyway}"},
	{field: application + "volumes", item: "- {name: v@, emptyDir: {}}"},
	{field: application + "volumeMounts", item: "- {name: v, mountPath: /m@}", beside: "volumes: [{name: v, emptyDir: {}}]"},
	{field: application + "volumeClaimTemplates", item: "- {metadata: {name: c@}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}"},
	{field: application + "files.configuration", item: "f@.xml: " + fileN, file: "x\n"},
	{field: application + "files.resources", item: "f@.xml: " + fileN, file: "x\n"},
	{field: application + "security.trustedHosts", item: "- \"fd00:@::/48\""},
	{field: application + "security.include", item: "- " + fileN, file: "name = n@\nversion = \"1.0.0\"\ntype = \"com.tibco.ep.dtm.configuration.application\"\nconfiguration = {}\n"},
	{field: application + "node.substitutions", item: "S_@: x"},
	{field: application + "node.availabilityZones", item: "z@: {}"},
	{field: application + "service.annotations", item: "k@: v"},
	{field: application + "networkPolicy.ingressFrom", item: "- {namespaceSelector: {matchLabels: {a: v@}}}"},
	{field: application + "resources.limits", item: "example.com/r@: 1"},
	{field: "extends", item: "- " + fileN, file: "labels: {k@: v}\n"},
	{field: "patches", of: "keys of one", first: "- target: {kind: StatefulSet, name: a}\n  patch:\n    metadata:\n      annotations:\n", item: "        k@: v"},
	{field: "deploy.pullRequest.labels", item: "- l@"},
	{field: "deploy.pullRequest.reviewers", item: "- r@"},
	{field: "deploy.pullRequest.teamReviewers", item: "- r@"},
	{field: "deploy.pullRequest.assignees", item: "- r@"},
	{field: application + "node.availabilityZoneMemberships", item: "z@: {}", beside: "availabilityZones: {z1000: {}}"},
	{field: application + "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution", item: "- {weight: 1, preference: {matchExpressions: [{key: k@, operator: Exists}]}}"},
	{field: application + "securityContext.supplementalGroups", item: "- @"},
	{field: application + "envFrom", item: "- configMapRef: {name: c@}"},
	{field: application + "initContainers", item: "- {name: i@, image: \"x:1\"}"},
	{field: application + "sidecars", item: "- {name: i@, image: \"x:1\"}"},
	{field: application + "autoscaling.behavior", beside: "maxReplicas: 4\n      cpu: 50", first: "scaleUp:\n  policies:\n", item: "  - {type: Pods, value: @, periodSeconds: 60}"},
	{field: application + "metrics.labels", item: "k@: v", beside: "path: /metrics"},
	{field: application + "probes.action.httpGet.httpHeaders", item: "- {name: h@, value: x}", beside: "port: web"},
	{field: application + "license.urls", item: "- https://u@.example.com", above: "productVersion: \"11.2.1\""},
	{field: application + "node.webServices", item: "w@: {}"},
	{field: application + "node.configuration", item: "k@: v"},
	{field: application + "node.deploy", item: "k@: v"},
	{field: "applications", item: "a@: {image: {tag: \"1\"}}"},
}

// firstItem is the number of the first item that is written.
const firstItem = 1000

// write writes an environment that has so many items in the list, from a number on.
func (l grownList) write(t testing.TB, root string, from, count int) {
	require.NoError(t, os.MkdirAll(filepath.Join(root, "environments/files"), 0o755))
	var list strings.Builder
	list.WriteString(l.first)
	for i := range count {
		number := fmt.Sprint(from + i)
		list.WriteString(strings.ReplaceAll(l.item, "@", number) + "\n")
		if l.file != "" {
			path := filepath.Join(root, "environments", strings.ReplaceAll(fileN, "@", number))
			require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(l.file, "@", number)), 0o644))
		}
	}
	text := "apiVersion: efgen/v1\nkind: Environment\nnamespace: e\n" + l.above + "\n"
	if !strings.HasPrefix(l.field, "applications") {
		text += "applications: {a: {image: {tag: \"1\"}}}\n"
	}
	keys := strings.Split(l.field, ".")
	for depth, key := range keys {
		indent := strings.Repeat("  ", depth)
		if depth == 2 && keys[0] == "applications" {
			text += indent + "image: {tag: \"1\"}\n"
		}
		if depth == len(keys)-1 && l.beside != "" {
			text += indent + l.beside + "\n"
		}
		text += indent + key + ":\n"
	}
	indent := strings.Repeat("  ", len(keys))
	text += indent + strings.ReplaceAll(strings.TrimSuffix(list.String(), "\n"), "\n", "\n"+indent) + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(root, "environments/e.yaml"), []byte(text), 0o644))
}

// ran runs efgen in a folder, and returns what it says.
func ran(root string, args ...string) string {
	var said bytes.Buffer
	run(append([]string{"-C", root}, args...), streams{stdout: &said, stderr: &said, getenv: func(string) string { return "" }})
	return said.String()
}

// The lists of the table are written as the environment file has them.
func TestGrownListsAreFields(t *testing.T) {
	for _, l := range grownLists {
		root := t.TempDir()
		l.write(t, root, firstItem, 3)
		assert.NotContains(t, ran(root, "generate", "--all", "--check"), "[EF10", l.field)
	}
}

// Every list and every mapping with free keys of the environment file is in the table.
// Those inside of what Kubernetes defines count as one.
func TestEveryListOfTheEnvironmentFileIsGrown(t *testing.T) {
	wanted := map[string]bool{}
	listsOf(reflect.TypeFor[config.Environment](), wanted)
	grown := map[string]bool{
		"Patch.Patch":                true, // by the row of the keys of one patch
		"Security.TrustApplications": true, // names applications, which are bounded
	}
	for _, l := range grownLists {
		grown[fieldOf(reflect.TypeFor[config.Environment](), strings.Split(l.field, "."))] = true
	}
	assert.Equal(t, slices.Sorted(maps.Keys(wanted)), slices.Sorted(maps.Keys(grown)))
}

// listsOf collects the fields that hold lists, by type and name.
func listsOf(t reflect.Type, found map[string]bool) {
	for field := range yamlFields(t) {
		inner, _ := yamltree.Written(field.Type)
		key := keyOf(t, field)
		switch {
		case inner.Kind() == reflect.Slice, inner.Kind() == reflect.Map:
			found[key] = true
			if inner, _ = yamltree.Written(inner.Elem()); isOwn(inner) {
				listsOf(inner, found)
			}
		case isOwn(inner):
			listsOf(inner, found)
		case holdsList(inner):
			found[key] = true
		}
	}
}

// fieldOf is the last field of ours on a path.
func fieldOf(t reflect.Type, path []string) string {
	for field := range yamlFields(t) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != path[0] {
			continue
		}
		inner, _ := yamltree.Written(field.Type)
		rest := path[1:]
		if inner.Kind() == reflect.Map && len(rest) > 0 {
			inner, _ = yamltree.Written(inner.Elem())
			rest = rest[1:]
		}
		if len(rest) > 0 && isOwn(inner) {
			return fieldOf(inner, rest)
		}
		return keyOf(t, field)
	}
	return "nothing at " + strings.Join(path, ".")
}

// keyOf is the type that declares a field, and its name: types share the fields of another.
func keyOf(t reflect.Type, field reflect.StructField) string {
	if outer := field.Index[:len(field.Index)-1]; len(outer) > 0 {
		t = t.FieldByIndex(outer).Type
	}
	return t.Name() + "." + field.Name
}

// yamlFields are the fields of a structure that stand in the file.
func yamlFields(t reflect.Type) iter.Seq[reflect.StructField] {
	return func(yield func(reflect.StructField) bool) {
		for _, field := range reflect.VisibleFields(t) {
			if !field.Anonymous && field.Tag.Get("json") != "-" && !yield(field) {
				return
			}
		}
	}
}

func isOwn(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.PkgPath() == reflect.TypeFor[config.Environment]().PkgPath()
}

// holdsList reports whether a structure of Kubernetes' has a list or a mapping anywhere.
func holdsList(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[intstr.IntOrString]() {
		return false
	}
	for field := range yamlFields(t) {
		inner, _ := yamltree.Written(field.Type)
		if inner.Kind() == reflect.Slice || inner.Kind() == reflect.Map || holdsList(inner) {
			return true
		}
	}
	return false
}
