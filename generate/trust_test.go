package generate_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const threeApplications = `apiVersion: efgen/v1
kind: Environment
defaults: {image: {tag: "1.0.0"}}
clusterMonitor: {image: {tag: "1.0.0"}}
applications:
  orders: {}
  prices: {}
  risk: {}
`

// One more application is bound by the role, and changes no file of another one.
func TestOneMoreApplicationChangesNoFileOfAnother(t *testing.T) {
	before := byPath(t, readText(t, threeApplications))
	after := byPath(t, readText(t, threeApplications+"  venue: {}\n"))
	var changed []string
	for _, file := range slices.Sorted(maps.Keys(after)) {
		if text, found := before[file]; !strings.HasPrefix(file, "venue/") && (!found || text != after[file]) {
			changed = append(changed, file)
		}
	}
	assert.Equal(t, []string{"kustomization.yaml", "rbac/clusterrolebinding.yaml"}, changed)
}

// A NetworkPolicy lets in on all ports whom security.conf trusts.
func TestPoliciesLetInWhomNodesTrust(t *testing.T) {
	files := byPath(t, readText(t, strings.Replace(threeApplications, "risk: {}", "risk: {security: {trustApplications: [prices, orders]}}", 1)))
	for workload, want := range map[string][]any{
		"orders": {"orders", "clustermonitor"}, "prices": {"prices", "clustermonitor"},
		"risk": {"risk", "clustermonitor", "orders", "prices"}, "clustermonitor": {"clustermonitor"},
	} {
		policy := files[workload+"/networkpolicy.yaml"]
		assert.Equal(t, want, fieldOf(t, policy, "spec.ingress[0].from[0].podSelector.matchExpressions[0].values"), workload)
		assert.Nil(t, fieldOf(t, policy, "spec.ingress[0].ports[0].port"), "all ports")
		if workload == "clustermonitor" {
			continue
		}
		trusted := map[string]bool{}
		for _, host := range hosts(parse(t, files[workload+"/security.conf"])) {
			service, _, _ := strings.Cut(strings.TrimPrefix(host, "*."), ".")
			for _, name := range []string{"orders", "prices", "risk", "clustermonitor"} {
				if strings.HasPrefix(service, name) {
					trusted[name] = true
				}
			}
		}
		var names []any
		for _, name := range want {
			if trusted[name.(string)] {
				names = append(names, name)
			}
		}
		assert.Equal(t, want, names, "the same are trusted by name")
		assert.Len(t, trusted, len(want), workload)
	}
}

// What is written in another order means the same, and restarts nobody.
func TestTheOrderOfTrustedApplicationsMeansNothing(t *testing.T) {
	text := func(list string) map[string]string {
		return byPath(t, readText(t, strings.Replace(threeApplications, "risk: {}", "risk: {security: {trustApplications: "+list+"}}", 1)))
	}
	assertSame(t, text("[orders, prices]"), text("[prices, orders]"), "trustApplications")
}
