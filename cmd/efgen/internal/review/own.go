package review

import (
	"regexp"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// The placeholders of what every environment has of its own.
const (
	ownNamespace   = "<namespace>"
	ownEnvironment = "<environment>"
	ownHash        = "<derived>"
)

// configurationHash changes with the configuration of a node, and says nothing more.
const configurationHash = "efgen.io/configuration-sha256"

// versionLine is where a configuration says its version.
var versionLine = manifest.Pattern(`(?m)^version = "1\.\d{1,10}\.0"$`)

// An owner puts placeholders in the place of what an environment has of its own.
type owner struct {
	namespace, environment string
	texts                  *strings.Replacer
}

func newOwner(environment, namespace string) *owner {
	o := &owner{namespace: namespace, environment: environment, texts: strings.NewReplacer()}
	if namespace != "" {
		// A namespace may be a word of any language: it is one's own only where it
		// stands as a namespace.
		o.texts = strings.NewReplacer(
			"."+namespace+".svc", "."+ownNamespace+".svc",
			"system:serviceaccount:"+namespace+":", "system:serviceaccount:"+ownNamespace+":",
			"system:serviceaccounts:"+namespace, "system:serviceaccounts:"+ownNamespace,
		)
	}
	return o
}

// general puts placeholders into a text. The Services that nodes make for themselves carry the
// namespace as start-node leaves it, without dashes.
func (o *owner) general(text string) string {
	text = o.texts.Replace(text)
	inService := "-" + strings.ReplaceAll(o.namespace, "-", "") + "-"
	if o.namespace == "" || !strings.Contains(text, inService) {
		return text
	}
	service := regexp.MustCompile(`([0-9])` + inService + `([a-z0-9]+\.` + ownNamespace + `\.svc)`)
	return service.ReplaceAllString(text, "$1-"+ownNamespace+"-$2")
}

// name is an object's name, which ends in the namespace if the object may be in none.
func (o *owner) name(of *object) string {
	switch {
	case of.kind == "Namespace" && of.name == o.namespace:
		return ownNamespace
	case strings.HasPrefix(of.kind, "ClusterRole") || of.kind == "Role" || of.kind == "RoleBinding":
		return o.suffix(of.name)
	case of.folder() == manifest.GitOpsFolder && of.name == o.environment:
		return ownEnvironment
	}
	return of.name
}

// message words a sentence about an object for all environments.
func (o *owner) message(of *object, text string) string {
	if name := o.name(of); name != of.name {
		text = strings.ReplaceAll(text, of.kind+" "+of.name, of.kind+" "+name)
	}
	text = o.general(text)
	if word := "namespace " + o.namespace; strings.Contains(text, word) {
		text = regexp.MustCompile(`\b`+regexp.QuoteMeta(word)+`($|[^a-z0-9-])`).ReplaceAllString(text, "namespace "+ownNamespace+"$1")
	}
	return text
}

func (o *owner) suffix(name string) string {
	if rest, found := strings.CutSuffix(name, "-"+o.namespace); found && o.namespace != "" {
		return rest + "-" + ownNamespace
	}
	return name
}

// value replaces what stands at a path.
func (o *owner) value(path string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		fields := make(map[string]any, len(v))
		for key, inner := range v {
			fields[key] = o.value(rule.Key(path, key), inner)
		}
		return fields
	case []any:
		list := make([]any, len(v))
		for i, inner := range v {
			list[i] = o.value(path, inner)
		}
		return list
	case string:
		return o.text(path, v)
	}
	return value
}

func (o *owner) text(path, text string) string {
	switch {
	case isHash(path):
		return ownHash
	case text == o.namespace && (strings.HasSuffix(path, "namespace") || strings.HasSuffix(path, `kubernetes.io/metadata.name"]`)):
		return ownNamespace
	case strings.HasSuffix(path, "roleRef.name"):
		return o.suffix(text)
	case text == o.environment && strings.Contains(path, "app.kubernetes.io/part-of"):
		return ownEnvironment
	case strings.HasSuffix(path, "spec.path") || strings.HasSuffix(path, "spec.source.path"):
		if folder, found := strings.CutSuffix(text, "/"+o.environment); found {
			return folder + "/" + ownEnvironment
		}
	}
	text = o.general(text)
	if strings.Contains(text, "version = ") {
		text = versionLine().ReplaceAllString(text, `version = "`+ownHash+`"`)
	}
	return text
}

// newMember words a difference twice: as it is, and as it may be elsewhere.
func newMember(environment string, c *comparison, d *difference) *member {
	o := d.object()
	before, after := newOwner(environment, c.old.namespace), newOwner(environment, c.new.namespace)
	m := &member{environment: environment, risks: d.risks}
	m.actual = Difference{APIVersion: o.apiVersion, Kind: o.kind, Namespace: o.namespace, Name: o.name, Action: d.action()}
	m.shared = m.actual
	own := after
	if d.new == nil {
		own = before
	}
	if m.shared.Namespace == own.namespace {
		m.shared.Namespace = ""
	}
	m.shared.Name = own.name(o)
	for _, c := range d.changes {
		m.actual.Fields = append(m.actual.Fields, c.Field)
		m.shared.Fields = append(m.shared.Fields, Field{
			Path: own.general(c.Path),
			Old:  before.value(c.Path, c.Old),
			New:  after.value(c.Path, c.New),
		})
	}
	rules := make([]string, len(m.risks))
	for i, r := range m.risks {
		r.general, rules[i] = own.message(o, r.message), r.rule
	}
	m.hash, m.key = hashOf(m.actual), hashOf([]any{m.shared, rules})
	return m
}

// isHash reports whether a path is that of the hash of a node's configuration.
func isHash(path string) bool { return strings.HasSuffix(path, `["`+configurationHash+`"]`) }

// isBelow reports whether a path leads to a field or into it.
func isBelow(path, field string) bool {
	rest, found := strings.CutPrefix(path, field)
	return found && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
