package generate

import (
	"fmt"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/efgen/efgen/generate/config"
)

// trustedHosts lists whose requests need no credentials. Only one such list is active on a
// node, so it names everybody.
func trustedHosts(env *config.Environment, app *config.Application) []string {
	var hosts []string
	trusted := map[string]bool{"": true}
	trust := func(all ...string) {
		for _, host := range all {
			if !trusted[host] {
				trusted[host] = true
				hosts = append(hosts, host)
			}
		}
	}
	discovered := *app.Security.TrustDiscoveryServices
	trust(*app.Security.DefaultRoute)
	trust(applicationHosts(env, app, discovered)...)
	if env.ClusterMonitor != nil {
		trust(nodesOf(env, monitorName))
	}
	for _, other := range env.Trusted(app) {
		trust(applicationHosts(env, other, discovered)...)
	}
	trust(app.Security.TrustedHosts...)
	return hosts
}

// applicationHosts match the nodes of an application by the name under every Service that
// selects them. A reverse look-up of a node's address answers with all of these names, in an
// order that changes from one query to the next, and callers take the first.
func applicationHosts(env *config.Environment, app *config.Application, discovered bool) []string {
	hosts := []string{nodesOf(env, app.Name)}
	if app.Service.On != nil {
		hosts = append(hosts, nodesOf(env, clientServiceName(app.Name)))
	}
	if discovered {
		for ordinal := range app.NamedNodes() {
			hosts = append(hosts, nodesOf(env, discoveryService(env, app, ordinal)))
		}
	}
	return hosts
}

// discoveryService is the Service that a node makes for itself: it is named as the node, with
// dashes for dots, and start-node removes every dash from the names that a node's name is made of.
func discoveryService(env *config.Environment, app *config.Application, ordinal int) string {
	application := strings.ReplaceAll(app.Name, "-", "")
	return fmt.Sprintf("%s%d-%s-%s", application, ordinal, strings.ReplaceAll(env.Namespace, "-", ""), application)
}

// nodesOf matches the DNS name of every pod under a Service.
func nodesOf(env *config.Environment, service string) string {
	return "*." + service + "." + env.Namespace + ".svc." + env.Cluster.Domain
}

// trustedNodes are the pods that may reach every port, since the ports behind administration
// and distribution are picked at random: those of the workload itself, of the cluster monitor,
// and of the applications that it trusts.
func (w *workload) trustedNodes() []networkingv1.NetworkPolicyPeer {
	names := []string{w.name}
	if w.env.ClusterMonitor != nil && w.name != monitorName {
		names = append(names, monitorName)
	}
	if app := w.env.Applications[w.name]; app != nil {
		for _, other := range w.env.Trusted(app) {
			names = append(names, other.Name)
		}
	}
	return []networkingv1.NetworkPolicyPeer{{PodSelector: &metav1.LabelSelector{
		MatchExpressions: []metav1.LabelSelectorRequirement{{Key: selectorLabel, Operator: metav1.LabelSelectorOpIn, Values: names}},
	}}}
}
