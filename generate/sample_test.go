package generate_test

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/rule"
)

// The rights that the product's documentation asks for come out field for field.
func TestRBACIsThatOfTheDocumentation(t *testing.T) {
	for name, folder := range cases(t, "testdata/seed") {
		t.Run(name, func(t *testing.T) {
			got := byPath(t, readAll(t, folder)[0])
			for file, want := range contents(t, folder+"/rbac") {
				object := decoded(t, got["rbac/"+file])
				delete(object["metadata"].(m), "labels")
				assert.Equal(t, decoded(t, want), object)
			}
		})
	}
}

// explained is every difference between what testdata/sample/sample.yaml renders
// to and the vendor's hand-written sample, with its reason. "*" is any object.
var explained = []struct{ object, field, reason string }{
	{"ConfigMap/configuration", "", "carries the application's name, so that two applications fit into one namespace"},
	{"ConfigMap/ef-kubernetes-app-configuration", "", "the same under its new name, with the node.conf that delivers security.conf"},
	{"ConfigMap/resources", "", "not made as long as it would be empty"},
	{"StatefulSet/ef-kubernetes-app", "spec.template.spec.volumes.configuration.configMap.name", "follows the ConfigMap's name"},
	{"StatefulSet/ef-kubernetes-app", "spec.template.spec.volumes.resources", "there is no such ConfigMap"},
	{"StatefulSet/ef-kubernetes-app", "spec.template.spec.containers.ef-kubernetes-app.volumeMounts.resources", "there is no such ConfigMap"},

	{"ClusterRole/service-update-default", "", "the least rights that the documentation names"},
	{"ClusterRoleBinding/ef-kubernetes-app-rolebinding", "roleRef.name", "never cluster-admin"},
	{"ClusterRoleBinding/ef-kubernetes-app-rolebinding", "subjects.default", "the documentation binds a user, not the ServiceAccount"},
	{"ClusterRoleBinding/ef-kubernetes-app-rolebinding", "subjects.system:serviceaccount:default:default", "the same account as a user"},

	{"Service/ef-kubernetes-app", "", "the sample leaves out the headless Service that serviceName and the trusted hosts need"},
	{"Service/ef-kubernetes-app-client", "", "what clients connect to"},
	{"PodDisruptionBudget/ef-kubernetes-app", "", "a drain takes one node at a time"},
	{"NetworkPolicy/ef-kubernetes-app", "", "only declared ports are open to clients"},
	{"NetworkPolicy/clustermonitor", "", "only declared ports are open to clients"},

	{"*", "metadata.namespace", "every object says where it belongs"},
	{"*", "metadata.labels", "the labels that Kubernetes recommends"},
	{"*", "metadata.labels.app", "only pods and selectors carry the vendor's label"},
	{"*", "metadata.labels.app.kubernetes.io/component", "the labels that Kubernetes recommends"},
	{"*", "metadata.labels.app.kubernetes.io/managed-by", "the labels that Kubernetes recommends"},
	{"*", "metadata.labels.app.kubernetes.io/name", "the labels that Kubernetes recommends"},
	{"*", "metadata.labels.app.kubernetes.io/part-of", "the environment"},
	{"*", "spec.template.metadata.labels.app.kubernetes.io/name", "the labels that Kubernetes recommends"},
	{"*", "spec.template.spec.automountServiceAccountToken", "discovery needs the token, whatever the ServiceAccount says"},
	{"*", "spec.template.spec.securityContext", "the restricted Pod Security level"},
	{"*", "spec.template.spec.serviceAccountName", "says what Kubernetes would fill in"},

	{"StatefulSet/ef-kubernetes-app", "spec.minReadySeconds", "partitions migrate after a node is ready"},
	{"StatefulSet/ef-kubernetes-app", "spec.template.metadata.annotations", "a changed configuration restarts the pods"},
	{"StatefulSet/ef-kubernetes-app", "spec.template.spec.terminationGracePeriodSeconds", "a node needs longer than 30 seconds to stop in order"},
	{"StatefulSet/ef-kubernetes-app", "spec.template.spec.topologySpreadConstraints", "nodes spread over workers"},
	{"StatefulSet/ef-kubernetes-app", "spec.template.spec.containers.ef-kubernetes-app.ports", "Services name the port that the probes ask"},
	{"StatefulSet/ef-kubernetes-app", "spec.template.spec.containers.ef-kubernetes-app.lifecycle", "the node is stopped in order"},
	{"StatefulSet/ef-kubernetes-app", "spec.template.spec.containers.ef-kubernetes-app.securityContext", "the restricted Pod Security level"},
	{"StatefulSet/ef-kubernetes-app", "spec.template.spec.containers.ef-kubernetes-app.env.STREAMING_NODEDEPLOY", "delivers node.conf"},

	{"StatefulSet/clustermonitor", "spec.template.spec.containers.clustermonitor.securityContext", "the restricted Pod Security level"},
	{"StatefulSet/clustermonitor", "spec.template.spec.containers.clustermonitor.readinessProbe", "clients are sent to a monitor that answers"},
	{"StatefulSet/clustermonitor", "spec.template.spec.containers.clustermonitor.ports[0].name", "the Service leads to the port by its name"},
	{"StatefulSet/clustermonitor", "spec.template.spec.containers.clustermonitor.ports[0].protocol", "says what Kubernetes would fill in"},
	{"Service/clustermonitor", "spec.ports.lvweb.targetPort", "by name instead of number: the same port"},

	{"node.conf", "version", "differs from the archive's, which it replaces"},
	{"node.conf", "configuration.NodeDeploy.globalConfiguration", "a mounted security.conf is never loaded by itself"},
	{"node.conf", "configuration.NodeDeploy.nodes.${EP_NODE_NAME}.communication.administration.webPort", "says the product's default"},
	{"security.conf", "configuration.TrustedHosts.hosts.*.ef-kubernetes-app.${POD_NAMESPACE:-default}.svc.cluster.local", "the namespace is known"},
	{"security.conf", "configuration.TrustedHosts.hosts.*.ef-kubernetes-app.default.svc.cluster.local", "the namespace is known"},
	{"security.conf", "configuration.TrustedHosts.hosts.*.clustermonitor.${POD_NAMESPACE:-default}.svc.cluster.local", "the namespace is known"},
	{"security.conf", "configuration.TrustedHosts.hosts.*.clustermonitor.default.svc.cluster.local", "the namespace is known"},
	{"security.conf", "configuration.TrustedHosts.hosts.*.ef-kubernetes-app-client.default.svc.cluster.local", "a reverse look-up may answer with this Service too"},
}

func TestEveryDifferenceFromTheVendorsSampleHasItsReason(t *testing.T) {
	explained := explained
	for _, host := range discovered("efkubernetesapp", "default.svc.cluster.local") {
		explained = append(explained, struct{ object, field, reason string }{
			"security.conf", "configuration.TrustedHosts.hosts." + host, "and so may it with the Service that a node makes for itself",
		})
	}
	got := byPath(t, readAll(t, "testdata/sample")[0])
	delete(got, "kustomization.yaml")
	configuration := decoded(t, got["ef-kubernetes-app/configmap-configuration.yaml"])["data"].(m)
	got["ef-kubernetes-app/node.conf"] = configuration["node.conf"].(string)

	needed := map[int]bool{}
	for _, found := range differences(byIdentity(t, contents(t, "testdata/sample/vendor")), byIdentity(t, got)) {
		i := slices.IndexFunc(explained, func(e struct{ object, field, reason string }) bool {
			return (e.object == found.object || e.object == "*") && e.field == found.field
		})
		assert.GreaterOrEqual(t, i, 0, "unexplained: %s %s", found.object, found.field)
		needed[i] = true
	}
	for i, e := range explained {
		assert.NotEmpty(t, e.reason)
		assert.True(t, needed[i], "no longer a difference: %s %s", e.object, e.field)
	}
}

// byIdentity turns files into what they hold: objects by kind and name,
// configurations by the name of the file.
func byIdentity(t *testing.T, files map[string]string) m {
	t.Helper()
	all := m{}
	for file, text := range files {
		name := path.Base(file)
		if path.Ext(name) == ".conf" {
			value, err := hocon.Parse([]byte(text))
			require.NoError(t, err)
			all[name] = plain(value)
			continue
		}
		object := decoded(t, text)
		all[object["kind"].(string)+"/"+object["metadata"].(m)["name"].(string)] = object
	}
	return all
}

// plain is a configuration as a map; the items of a list are keys, since the
// order of hosts means nothing.
func plain(value *hocon.Value) any {
	switch value.Kind {
	case hocon.Object:
		object := m{}
		for _, key := range value.Keys() {
			object[key] = plain(value.Get(key))
		}
		return object
	case hocon.List:
		list := m{}
		for _, item := range value.Items {
			list[item.String()] = true
		}
		return list
	}
	return value.String()
}

type difference struct{ object, field string }

func differences(old, now m) []difference {
	var all []difference
	for _, object := range slices.Sorted(maps.Keys(union(old, now))) {
		compare("", old[object], now[object], func(field string) {
			all = append(all, difference{object, field})
		})
	}
	return all
}

// compare reports the fields in which two values differ; what one of them does
// not have at all is one field. Items of lists are matched by their names.
func compare(field string, old, now any, report func(field string)) {
	oldMap, newMap := named(old), named(now)
	oldList, isOldList := old.([]any)
	newList, isNewList := now.([]any)
	switch {
	case oldMap != nil && newMap != nil:
		for key := range union(oldMap, newMap) {
			compare(strings.TrimPrefix(field+"."+key, "."), oldMap[key], newMap[key], report)
		}
	case isOldList && isNewList && len(oldList) == len(newList):
		for i := range oldList {
			compare(rule.Index(field, i), oldList[i], newList[i], report)
		}
	case !assert.ObjectsAreEqual(old, now):
		report(field)
	}
}

// named is a map, or a list whose items all have names; nil for anything else.
func named(value any) m {
	if object, ok := value.(m); ok {
		return object
	}
	list, _ := value.([]any)
	items := m{}
	for _, item := range list {
		object, _ := item.(m)
		name, ok := object["name"].(string)
		if !ok {
			return nil
		}
		items[name] = item
	}
	if len(items) == 0 {
		return nil
	}
	return items
}

func union(a, b m) m {
	both := maps.Clone(a)
	if both == nil {
		both = m{}
	}
	maps.Copy(both, b)
	return both
}
