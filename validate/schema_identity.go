package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/judge"
	"github.com/efgen/efgen/validate/schemas"
)

// unknown is the finding for a kind without a schema. Kinds of Kubernetes and
// OpenShift that the minor does not serve are told from those that nothing knows.
func (s *Schemas) unknown(apiVersion, kind string) SchemaFinding {
	wanted := schemas.Served{APIVersion: apiVersion, Kind: kind}
	var elsewhere, minors, kinds []string
	for _, served := range schemas.Kinds() {
		here := slices.Contains(served.Minors, s.minor)
		switch {
		case served.Kind == kind && served.APIVersion == apiVersion:
			minors = served.Minors
		case served.Kind == kind && here && (served.Group() == wanted.Group() || !strings.Contains(wanted.Group(), ".")):
			// A group without a dot is one of Kubernetes' own: custom ones must have one.
			elsewhere = append(elsewhere, served.APIVersion)
		case served.APIVersion == apiVersion && here:
			kinds = append(kinds, served.Kind)
		}
	}
	if elsewhere == nil && minors == nil {
		return SchemaFinding{
			Rule: noSchemaRule, Field: "kind",
			Message: fmt.Sprintf("no schema describes %s of %s%s", kind, apiVersion, judge.DidYouMean(kind, kinds)),
			Hint:    "name its CustomResourceDefinition or JSON Schema under `schemas` in the environment file",
		}
	}
	finding := SchemaFinding{
		Rule: notServedRule, Field: "apiVersion",
		Message: fmt.Sprintf("Kubernetes %s does not serve %s of %s", s.minor, kind, apiVersion),
	}
	if elsewhere != nil {
		finding.Hint = "use apiVersion: " + strings.Join(elsewhere, " or ")
	} else {
		finding.Hint = fmt.Sprintf("it is served by Kubernetes %s to %s", minors[0], minors[len(minors)-1])
	}
	return finding
}

// schemaIdentity finds apiVersion and kind, or says why they cannot be had.
func schemaIdentity(object map[string]any) (apiVersion, kind string, findings []SchemaFinding) {
	if object == nil {
		return "", "", []SchemaFinding{{Rule: unreadableRule, Message: "holds no object"}}
	}
	text := func(name string) string {
		value, set := object[name]
		text, _ := value.(string)
		switch {
		case text != "":
		case set:
			findings = append(findings, SchemaFinding{Rule: unreadableRule, Field: name, Message: "must be a text that is not empty"})
		default:
			findings = append(findings, SchemaFinding{Rule: unreadableRule, Field: name, Message: "required field is missing"})
		}
		return text
	}
	return text("apiVersion"), text("kind"), findings
}
