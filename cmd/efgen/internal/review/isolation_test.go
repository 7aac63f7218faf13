package review

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/rule"
)

// openings are the fields by which a policy lets more through than another one.
func openings(t *testing.T, old, new string) (fields []string) {
	t.Helper()
	read := func(text string) (spec networkingv1.NetworkPolicySpec) {
		data, err := yaml.YAMLToJSON([]byte(text))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &spec))
		return spec
	}
	d := &difference{new: &object{name: "flow"}}
	(&finder{rule.Rule{ID: "ER206"}}).addOpenings(d, read(old), read(new))
	for _, found := range d.risks {
		fields = append(fields, found.field)
	}
	return fields
}

func TestAPolicyIsWiderIfAnythingNewGetsThrough(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		want     []string
	}{
		"fewer ports":            {"ingress: [{ports: [{port: 1}, {port: 2}]}]", "ingress: [{ports: [{port: 2}]}]", nil},
		"one more port":          {"ingress: [{ports: [{port: 1}]}]", "ingress: [{ports: [{port: 1}, {port: 2}]}]", []string{"spec.ingress[0].ports[1]"}},
		"all ports":              {"ingress: [{ports: [{port: 1}]}]", "ingress: [{}]", []string{"spec.ingress[0].from"}},
		"in a range":             {"ingress: [{ports: [{port: 1, endPort: 9}]}]", "ingress: [{ports: [{port: 2, endPort: 9}]}]", nil},
		"a longer range":         {"ingress: [{ports: [{port: 1, endPort: 9}]}]", "ingress: [{ports: [{port: 1, endPort: 10}]}]", []string{"spec.ingress[0].ports[0]"}},
		"another protocol":       {"ingress: [{ports: [{port: 1}]}]", "ingress: [{ports: [{port: 1, protocol: UDP}]}]", []string{"spec.ingress[0].ports[0]"}},
		"every port of TCP":      {"ingress: [{ports: [{protocol: TCP}]}]", "ingress: [{ports: [{port: web}]}]", nil},
		"a rule taken apart":     {"ingress: [{ports: [{port: 1}, {port: 2}]}]", "ingress: [{ports: [{port: 2}]}, {ports: [{port: 1}]}]", nil},
		"everybody":              {"ingress: [{from: [{podSelector: {}}]}]", "ingress: [{}]", []string{"spec.ingress[0].from"}},
		"nobody":                 {"ingress: [{}]", "ingress: []", nil},
		"fewer pods":             {"ingress: [{from: [{podSelector: {}}]}]", "ingress: [{from: [{podSelector: {matchLabels: {a: b}}}]}]", nil},
		"one of the values":      {"ingress: [{from: [{podSelector: {matchExpressions: [{key: a, operator: In, values: [b, c]}]}}]}]", "ingress: [{from: [{podSelector: {matchLabels: {a: c}}}]}]", nil},
		"one more value":         {"ingress: [{from: [{podSelector: {matchLabels: {a: c}}}]}]", "ingress: [{from: [{podSelector: {matchExpressions: [{key: a, operator: In, values: [b, c]}]}}]}]", []string{"spec.ingress[0].from[0]"}},
		"other namespaces":       {"ingress: [{from: [{podSelector: {}}]}]", "ingress: [{from: [{podSelector: {}, namespaceSelector: {}}]}]", []string{"spec.ingress[0].from[0]"}},
		"a smaller network":      {"ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", "ingress: [{from: [{ipBlock: {cidr: 10.1.0.0/16}}]}]", nil},
		"an exception that goes": {"ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]", "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", []string{"spec.ingress[0].from[0]"}},
		"beside an exception":    {"ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]", "ingress: [{from: [{ipBlock: {cidr: 10.2.0.0/16}}]}]", nil},
		"pods left out":          {"podSelector: {}", "podSelector: {matchLabels: {a: b}}", []string{"spec.podSelector"}},
		"more pods held":         {"podSelector: {matchLabels: {a: b}}", "podSelector: {}", nil},
		"ingress free":           {"policyTypes: [Ingress]", "policyTypes: [Egress]", []string{"spec.policyTypes"}},
		"egress free":            {"policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]", []string{"spec.policyTypes"}},
		"egress held":            {"policyTypes: [Ingress]", "egress: []\npolicyTypes: [Ingress, Egress]", nil},
		"one more goal":          {"egress: [{to: [{podSelector: {}}]}]", "egress: [{to: [{podSelector: {}}, {ipBlock: {cidr: 192.0.2.0/24}}]}]", []string{"spec.egress[0].to[1]"}},
		"not in, Exists":         {"ingress: [{from: [{podSelector: {matchExpressions: [{key: a, operator: Exists}]}}]}]", "ingress: [{from: [{podSelector: {matchLabels: {a: x}}}]}]", nil},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, openings(t, c.old, c.new)) })
	}
}
