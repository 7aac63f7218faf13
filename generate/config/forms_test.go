package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/validate/rule"
)

// What the API server takes is taken, and what it refuses is refused.
func TestNamesAreJudgedAsTheAPIServerDoes(t *testing.T) {
	longest := strings.Repeat("a.", 126) + "a"
	for text, want := range map[string]bool{
		"annotations: {Example.com/Team: a}":                                  true,
		"annotations: {Example.com/-team: a}":                                 false,
		"annotations: {example_com/team: a}":                                  false,
		"labels: {Example.com/Team: a}":                                       false,
		"labels: {example.com/Team: a}":                                       true,
		"rbac: {roleName: 'a:b..c'}":                                          true,
		"rbac: {roleName: 'a%b'}":                                             false,
		"rbac: {roleName: ..}":                                                false,
		"rbac: {roleName: 'a b'}":                                             false,
		"applications: {b: {ingress: {host: " + longest + "}}}":               true,
		"applications: {b: {ingress: {host: " + longest + "b}}}":              false,
		"applications: {b: {ingress: {host: '*." + longest[2:] + "'}}}":       true,
		"applications: {b: {ingress: {host: '*." + longest + "'}}}":           false,
		"applications: {b: {ingress: {host: '*.*.example.com'}}}":             false,
		"applications: {b: {ingress: {host: '*'}}}":                           false,
		"applications: {b: {ingress: {host: 010.1.1.1}}}":                     false,
		"applications: {b: {podAnnotations: {Example.com/a: b}}}":             true,
		"applications: {b: {service: {annotations: {Example.com/a: b}}}}":     true,
		"applications: {b: {podLabels: {Example.com/a: b}}}":                  false,
		"applications: {b: {nodeSelector: {example.com/a: b}}}":               true,
		"applications: {" + strings.Repeat("a", 52) + ": {}}":                 true,
		"applications: {" + strings.Repeat("a", 53) + ": {}}":                 false,
		"applications: {b: {image: {tag: " + strings.Repeat("a", 128) + "}}}": true,
		"applications: {b: {image: {tag: " + strings.Repeat("a", 129) + "}}}": false,
		"rbac: {bindingName: " + strings.Repeat("a", 253) + "}":               true,
		"rbac: {bindingName: " + strings.Repeat("a", 254) + "}":               false,
	} {
		if !strings.HasPrefix(text, "applications") {
			text += "\napplications: {b: {}}"
		}
		_, problems := open(t, environments(t, map[string]string{"case.yaml": header + text + "\n"})).Read("case")
		assert.Equal(t, want, !rule.Failed(problems), "%s: %v", text, problems)
	}
}
