package manifest

import (
	"strconv"
	"strings"

	yamlv4 "go.yaml.in/yaml/v4"

	"github.com/efgen/efgen/validate/rule"
)

// Unreadable is the rule that documents break which are no Kubernetes objects.
var Unreadable = rule.Rule{
	ID: "EF204", Severity: rule.Error, Title: "a manifest is not a Kubernetes object",
	Why: "YAML that does not parse, that sets one key twice, or that names no apiVersion and kind, cannot be applied; if a key has two values, " +
		"readers disagree on which one counts",
	Example: "kind: Service\nspec: {}\nspec: {}",
	Fix:     "apiVersion: v1\nkind: Service\nspec: {}",
}

// A Fault is why a document does not read.
type Fault struct {
	// Line counts from 1 inside the document; 0 is not known.
	Line    int
	Message string
}

// SyntaxFaults makes faults of the YAML reader's error, which may list several:
// "…yaml: unmarshal errors:\n  line 3: …\n  line 7: …". Of a text that is no YAML at all
// that reader names the line before the fault; yaml/v4 names the fault's own.
func SyntaxFaults(document []byte, err error) (faults []Fault) {
	var node yamlv4.Node
	if located := yamlv4.Unmarshal(document, &node); located != nil {
		err = located
	}
	_, text, found := strings.Cut(err.Error(), "yaml: ")
	if !found {
		return []Fault{{Message: "is not an object"}}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "unmarshal errors:" {
			continue
		}
		fault := Fault{Message: line}
		if rest, ok := strings.CutPrefix(line, "line "); ok {
			number, message, _ := strings.Cut(rest, ": ")
			if n, err := strconv.Atoi(number); err == nil {
				fault.Line, fault.Message = n, message
			}
		}
		faults = append(faults, fault)
	}
	return faults
}
