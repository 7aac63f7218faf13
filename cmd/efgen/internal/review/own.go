package review

import (
	"regexp"
	"strings"
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
var versionLine = regexp.MustCompile(`(?m)^version = "1\.\d{1,10}\.0"$`)

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
			"namespace "+namespace+" ", "namespace "+ownNamespace+" ",
		)
	}
	return o
}

// name is an object's name, which ends in the namespace if the object is in none.
func (o *owner) name(kind, name string) string {
	switch {
	case kind == "Namespace" && name == o.namespace:
		return ownNamespace
	case strings.HasPrefix(kind, "ClusterRole") || kind == "Role" || kind == "RoleBinding":
		return o.suffix(name)
	}
	return name
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
			fields[key] = o.value(path+"."+key, inner)
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
	case strings.HasSuffix(path, configurationHash) || strings.HasSuffix(path, configurationHash+`"]`):
		return ownHash
	case text == o.namespace && (strings.HasSuffix(path, "namespace") || strings.HasSuffix(path, `kubernetes.io/metadata.name"]`)):
		return ownNamespace
	case strings.HasSuffix(path, "roleRef.name"):
		return o.suffix(text)
	case text == o.environment && strings.Contains(path, "app.kubernetes.io/part-of"):
		return ownEnvironment
	}
	text = o.texts.Replace(text)
	if strings.Contains(text, "version = ") {
		text = versionLine.ReplaceAllString(text, `version = "`+ownHash+`"`)
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
	m.shared.Name = own.name(o.kind, o.name)
	for _, c := range d.changes {
		m.actual.Fields = append(m.actual.Fields, c.Field)
		m.shared.Fields = append(m.shared.Fields, Field{
			Path: own.texts.Replace(c.Path),
			Old:  before.value(c.Path, c.Old),
			New:  after.value(c.Path, c.New),
		})
	}
	for _, r := range m.risks {
		r.general = own.texts.Replace(r.message)
	}
	m.hash = hashOf(m.actual)
	return m
}
