package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/schema/words"
	"github.com/efgen/efgen/validate/schemas"
)

// unknown is the finding for a kind without a schema. Kinds of Kubernetes and
// OpenShift that the minor does not serve are told from those that nothing knows.
func (j *Judge) unknown(apiVersion, kind string) Finding {
	wanted := schemas.Served{APIVersion: apiVersion, Kind: kind}
	var elsewhere, minors, kinds []string
	for _, served := range schemas.Kinds() {
		here := slices.Contains(served.Minors, j.minor)
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
		return Finding{
			Rule: noSchema, Field: "kind",
			Message: fmt.Sprintf("no schema describes %s of %s%s", kind, apiVersion, words.DidYouMean(kind, kinds)),
			Hint:    "name its CustomResourceDefinition or JSON Schema under `schemas` in the environment file",
		}
	}
	finding := Finding{
		Rule: notServed, Field: "apiVersion",
		Message: fmt.Sprintf("Kubernetes %s does not serve %s of %s", j.minor, kind, apiVersion),
	}
	if elsewhere != nil {
		finding.Hint = "use apiVersion: " + strings.Join(elsewhere, " or ")
	} else {
		finding.Hint = fmt.Sprintf("it is served by Kubernetes %s to %s", minors[0], minors[len(minors)-1])
	}
	return finding
}

// identity finds apiVersion and kind, or says why they cannot be had.
func identity(object map[string]any) (apiVersion, kind string, findings []Finding) {
	if object == nil {
		return "", "", []Finding{{Rule: manifest.Unreadable, Message: "holds no object"}}
	}
	text := func(name string) string {
		value, set := object[name]
		text, _ := value.(string)
		switch {
		case text != "":
		case set:
			findings = append(findings, Finding{Rule: manifest.Unreadable, Field: name, Message: "must be a text that is not empty"})
		default:
			findings = append(findings, Finding{Rule: manifest.Unreadable, Field: name, Message: "required field is missing"})
		}
		return text
	}
	return text("apiVersion"), text("kind"), findings
}
