package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	yamlv2 "go.yaml.in/yaml/v2"
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
	Line          int
	Message, Hint string
}

// SyntaxFaults makes faults of the YAML reader's error, which may list several:
// "…yaml: unmarshal errors:\n  line 3: …\n  line 7: …". Of a text that is no YAML at all
// that reader names the line before the fault; yaml/v4 names the fault's own.
func SyntaxFaults(document []byte, err error) []Fault {
	faults := readerFaults(document, err)
	lines := bytes.Split(document, []byte("\n"))
	for _, fault := range faults {
		if i := slices.IndexFunc(lines, isTemplate); i >= 0 && (strings.HasPrefix(fault.Message, "invalid map key") || isNear(lines, fault.Line)) {
			return []Fault{{Line: i + 1, Message: `looks like a template: "{{" starts what is to be filled in`, Hint: "render it first, as with `helm template`, and check what comes out"}}
		}
	}
	return faults
}

func isTemplate(line []byte) bool { return bytes.Contains(line, []byte("{{")) }

// isNear reports whether a line, from 1, or one beside it is of a template: of what does
// not read the reader often names the line after. It counts carriage returns as well, so
// there may be no such line.
func isNear(lines [][]byte, line int) bool {
	first := min(max(line-2, 0), len(lines))
	return slices.ContainsFunc(lines[first:max(min(line+1, len(lines)), first)], isTemplate)
}

func readerFaults(document []byte, err error) (faults []Fault) {
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

// mergeKey brings the keys of another mapping.
const mergeKey = "<<"

// nameMergeKeys says it where a key is there twice because a merge key brings it, too:
// kubectl takes the one that is written, and a strict reader refuses both.
func nameMergeKeys(document []byte, faults []Fault) []Fault {
	if !bytes.Contains(document, []byte(mergeKey)) {
		return faults
	}
	overridden := map[string]int{}
	findOverridden(rootOf(document), overridden)
	for i, fault := range faults {
		key, isTwice := twice(fault.Message)
		line := overridden[key]
		if !isTwice || line == 0 {
			continue
		}
		faults[i] = Fault{
			Line: line, Message: fmt.Sprintf("key %q is there twice: written, and brought by the merge key %q", key, mergeKey),
			Hint: fmt.Sprintf("remove one of the two, or write the mapping out without %q", mergeKey),
		}
	}
	return faults
}

// keyTwice matches how the YAML reader reports a key that is there twice.
var keyTwice = Pattern(`^key (".*") already set in map$`)

func twice(message string) (key string, ok bool) {
	match := keyTwice().FindStringSubmatch(message)
	if match == nil {
		return "", false
	}
	key, err := strconv.Unquote(match[1])
	return key, err == nil
}

// findOverridden gathers the keys of mappings with a merge key that are written once, and
// their lines.
func findOverridden(node *yamlv4.Node, lines map[string]int) {
	if node == nil {
		return
	}
	written := map[string]int{}
	for i := 0; node.Kind == yamlv4.MappingNode && i < len(node.Content); i += 2 {
		written[node.Content[i].Value]++
	}
	for i := 0; written[mergeKey] > 0 && i < len(node.Content); i += 2 {
		if key := node.Content[i]; written[key.Value] == 1 {
			lines[key.Value] = key.Line
		}
	}
	for _, child := range node.Content {
		findOverridden(child, lines)
	}
}

// flowRoot matches where a whole document may be between brackets.
var flowRoot = Pattern(`(?m)^(--- *)?\{`)

// Ending is the fault of a document that goes on behind its end, nil if it does not: only
// these texts can.
func Ending(document []byte) *Fault {
	if !strings.ContainsAny(string(document), "\r\u0085\u2028\u2029") && !bytes.Contains(document, []byte("\n...")) && !flowRoot().Match(document) {
		return nil
	}
	decoder := yamlv2.NewDecoder(bytes.NewReader(document))
	var first, further any
	if decoder.Decode(&first) != nil || errors.Is(decoder.Decode(&further), io.EOF) {
		return nil
	}
	fault := furtherDocument(document)
	return &fault
}

// furtherDocument is the fault of a text that goes on where its document ends. Readers
// disagree on what comes then: most pass over it in silence.
func furtherDocument(text []byte) Fault {
	fault := Fault{Message: "something follows the end of the document, and some readers pass over it", Hint: `separate documents with "---" on a line of its own`}
	decoder := yamlv4.NewDecoder(bytes.NewReader(text))
	var node yamlv4.Node
	if err := decoder.Decode(&node); err != nil {
		return fault
	}
	switch err := decoder.Decode(&node); {
	case err == nil:
		fault.Line = node.Line
	case !errors.Is(err, io.EOF):
		fault.Line = readerFaults(text, err)[0].Line
	}
	return fault
}
