package review

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/validate/manifest"
)

// networkPolicy is one by its name and its spec.
func policyNamed(name, spec string) string {
	return "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: " + name + ", namespace: production}, spec: {" + spec + "}}\n"
}

// openings are the names of policies, and the fields by which they let more through.
func openings(old, new string) (found []string) {
	side := func(text string) *manifest.Set {
		return manifest.NewSet([]manifest.File{{Path: "all.yaml", Data: []byte(text)}}, manifest.Facts{Environment: "production", Namespace: "production"})
	}
	c := compare(side(old), side(new))
	c.findRisks()
	for _, d := range c.differences {
		for _, r := range d.risks {
			if r.rule == "ER206" {
				found = append(found, d.object().name+": "+r.at.field)
			}
		}
	}
	return found
}

func TestAPolicyIsWiderIfAnythingNewGetsThrough(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		want     []string
	}{
		"fewer ports":            {"ingress: [{ports: [{port: 1}, {port: 2}]}]", "ingress: [{ports: [{port: 2}]}]", nil},
		"one more port":          {"ingress: [{ports: [{port: 1}]}]", "ingress: [{ports: [{port: 1}, {port: 2}]}]", []string{"flow: spec.ingress[0].ports[1]"}},
		"all ports":              {"ingress: [{ports: [{port: 1}]}]", "ingress: [{}]", []string{"flow: spec.ingress[0].from"}},
		"in a range":             {"ingress: [{ports: [{port: 1, endPort: 9}]}]", "ingress: [{ports: [{port: 2, endPort: 9}]}]", nil},
		"a longer range":         {"ingress: [{ports: [{port: 1, endPort: 9}]}]", "ingress: [{ports: [{port: 1, endPort: 10}]}]", []string{"flow: spec.ingress[0].ports[0]"}},
		"another protocol":       {"ingress: [{ports: [{port: 1}]}]", "ingress: [{ports: [{port: 1, protocol: UDP}]}]", []string{"flow: spec.ingress[0].ports[0]"}},
		"every port of TCP":      {"ingress: [{ports: [{protocol: TCP}]}]", "ingress: [{ports: [{port: web}]}]", nil},
		"a rule taken apart":     {"ingress: [{ports: [{port: 1}, {port: 2}]}]", "ingress: [{ports: [{port: 2}]}, {ports: [{port: 1}]}]", nil},
		"everybody":              {"ingress: [{from: [{podSelector: {}}]}]", "ingress: [{}]", []string{"flow: spec.ingress[0].from"}},
		"nobody":                 {"ingress: [{}]", "ingress: []", nil},
		"fewer pods":             {"ingress: [{from: [{podSelector: {}}]}]", "ingress: [{from: [{podSelector: {matchLabels: {a: b}}}]}]", nil},
		"one of the values":      {"ingress: [{from: [{podSelector: {matchExpressions: [{key: a, operator: In, values: [b, c]}]}}]}]", "ingress: [{from: [{podSelector: {matchLabels: {a: c}}}]}]", nil},
		"one more value":         {"ingress: [{from: [{podSelector: {matchLabels: {a: c}}}]}]", "ingress: [{from: [{podSelector: {matchExpressions: [{key: a, operator: In, values: [b, c]}]}}]}]", []string{"flow: spec.ingress[0].from[0]"}},
		"other namespaces":       {"ingress: [{from: [{podSelector: {}}]}]", "ingress: [{from: [{podSelector: {}, namespaceSelector: {}}]}]", []string{"flow: spec.ingress[0].from[0]"}},
		"one's own namespace":    {"ingress: [{from: [{namespaceSelector: {}}]}]", "ingress: [{from: [{podSelector: {}}]}]", nil},
		"a namespace by label":   {"ingress: [{from: [{namespaceSelector: {matchLabels: {a: b}}}]}]", "ingress: [{from: [{podSelector: {}}]}]", []string{"flow: spec.ingress[0].from[0]"}},
		"every pod of one's own": {"ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}]", "ingress: [{from: [{podSelector: {}}]}]", []string{"flow: spec.ingress[0].from[0]"}},
		"a smaller network":      {"ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", "ingress: [{from: [{ipBlock: {cidr: 10.1.0.0/16}}]}]", nil},
		"an exception that goes": {"ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]", "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", []string{"flow: spec.ingress[0].from[0]"}},
		"beside an exception":    {"ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]", "ingress: [{from: [{ipBlock: {cidr: 10.2.0.0/16}}]}]", nil},
		"pods left out":          {"podSelector: {}", "podSelector: {matchLabels: {a: b}}", []string{"flow: spec.podSelector"}},
		"more pods held":         {"podSelector: {matchLabels: {a: b}}", "podSelector: {}", nil},
		"ingress free":           {"policyTypes: [Ingress]", "policyTypes: [Egress]", []string{"flow: spec.policyTypes"}},
		"egress free":            {"policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]", []string{"flow: spec.policyTypes"}},
		"egress held":            {"policyTypes: [Ingress]", "egress: [], policyTypes: [Ingress, Egress]", nil},
		"one more goal":          {"egress: [{to: [{podSelector: {}}]}]", "egress: [{to: [{podSelector: {}}, {ipBlock: {cidr: 192.0.2.0/24}}]}]", []string{"flow: spec.egress[0].to[1]"}},
		"not in, Exists":         {"ingress: [{from: [{podSelector: {matchExpressions: [{key: a, operator: Exists}]}}]}]", "ingress: [{from: [{podSelector: {matchLabels: {a: x}}}]}]", nil},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, openings(policyNamed("flow", c.old), policyNamed("flow", c.new)))
		})
	}
}

func TestWhatPoliciesAllowAddsUp(t *testing.T) {
	const (
		deny   = "podSelector: {}"
		web    = "podSelector: {matchLabels: {app: flow}}, ingress: [{ports: [{port: 1}]}]"
		admin  = "podSelector: {matchLabels: {app: flow}}, ingress: [{ports: [{port: 2}]}]"
		both   = "podSelector: {matchLabels: {app: flow}}, ingress: [{ports: [{port: 1}, {port: 2}]}]"
		all    = "podSelector: {}, ingress: [{}]"
		byName = "podSelector: {matchLabels: {name: flow}}, ingress: [{ports: [{port: 1}]}]"
		egress = "podSelector: {}, policyTypes: [Egress], egress: [{}]"
		shut   = "podSelector: {}, policyTypes: [Egress]"
	)
	pod := func(name string) string {
		return "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: production, labels: {app: flow, name: " + name + "}}}\n---\n"
	}
	flow := pod("flow")
	for name, c := range map[string]struct {
		old, new string
		want     []string
	}{
		"everything beside a limit":         {flow + policyNamed("a", web), flow + policyNamed("a", web) + "---\n" + policyNamed("b", all), []string{"b: spec.ingress[0].from"}},
		"a port beside a limit":             {flow + policyNamed("a", web), flow + policyNamed("a", web) + "---\n" + policyNamed("b", admin), []string{"b: spec.ingress[0].ports[0]"}},
		"a port that another lets in":       {flow + policyNamed("a", both), flow + policyNamed("a", both) + "---\n" + policyNamed("b", admin), nil},
		"everything where nothing is held":  {flow, flow + policyNamed("b", all), nil},
		"another direction":                 {flow + policyNamed("a", web), flow + policyNamed("a", web) + "---\n" + policyNamed("b", egress), nil},
		"everything out beside a limit":     {flow + policyNamed("a", shut), flow + policyNamed("a", shut) + "---\n" + policyNamed("b", egress), []string{"b: spec.egress[0].to"}},
		"pods that come with their policy":  {pod("audit") + policyNamed("a", byName), pod("audit") + policyNamed("a", byName) + flow + policyNamed("b", all), nil},
		"pods of others":                    {policyNamed("a", web), policyNamed("a", web) + "---\n" + policyNamed("b", all), []string{"b: spec.ingress[0].from"}},
		"another name":                      {flow + policyNamed("a", web), flow + policyNamed("b", web), nil},
		"another name, for pods of others":  {policyNamed("a", web), policyNamed("b", web), nil},
		"another selector of the same pods": {flow + policyNamed("a", web), flow + policyNamed("b", byName), nil},
		"another policy that lets more in":  {flow + policyNamed("a", web), flow + policyNamed("b", both), []string{"b: spec.ingress[0].ports[1]"}},
		"another policy for some of them":   {flow + pod("audit") + policyNamed("a", web), flow + pod("audit") + policyNamed("b", byName), []string{"a: "}},
		"one of two":                        {flow + policyNamed("a", web) + "---\n" + policyNamed("b", deny), flow + policyNamed("b", deny), nil},
		"a rule that moves":                 {flow + policyNamed("a", web) + "---\n" + policyNamed("b", admin), flow + policyNamed("a", both) + "---\n" + policyNamed("b", deny), nil},
		"more pods held that another held":  {flow + policyNamed("a", deny) + "---\n" + policyNamed("b", "podSelector: {matchLabels: {app: audit}}, ingress: [{}]"), flow + policyNamed("a", deny) + "---\n" + policyNamed("b", all), []string{"b: spec.ingress[0].from"}},
		"the last that kept pods in":        {flow + policyNamed("a", shut), flow, []string{"a: "}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, openings(c.old, c.new)) })
	}
}

// However many policies there are, comparing them comes to an end.
func TestPoliciesThatMultiplyWithoutEndAreWider(t *testing.T) {
	var old, new strings.Builder
	for i := range 3000 {
		old.WriteString(policyNamed(fmt.Sprint("a", i), "podSelector: {}") + "---\n")
		new.WriteString(policyNamed(fmt.Sprint("b", i), "podSelector: {}") + "---\n")
	}
	assert.NotEmpty(t, openings(old.String(), new.String()))
}
