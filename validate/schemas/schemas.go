// Package schemas holds the JSON schemas of the objects that a cluster takes:
// every Kubernetes kind of every supported minor that can be applied (alpha
// versions apart), the common kinds of OpenShift, those of Argo CD and Flux, and the
// ServiceMonitor of the Prometheus operator.
//
// They are strict: a field that the schema does not name is a fault. They keep
// no descriptions and no `status`, which belongs to the cluster.
//
// The file schemas.txt is the archive. Its first lines, "# source …", name the
// pinned modules and their checksums; every other line is one schema:
//
//	<apiVersion/kind> <first minor>-<last minor> <scope> <JSON>
//	<definition> <first minor>-<last minor> <JSON>
//	<definition>#<field> <first minor>-<last minor> <words as JSON>
//
// where a definition is what other schemas refer to by its name. The lines are
// sorted, so a schema is found by bisection in the text as it lies in the binary:
// nothing is unpacked, and importing the package costs nothing.
//
// To refresh it, change the pins in internal/gen and run `go generate` here;
// it needs a module proxy. The same command followed by `git diff --exit-code`
// proves that the archive is what its pins say.
package schemas

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./internal/gen schemas.txt

//go:embed schemas.txt
var archive string

// ObjectMeta is the definition that every object's metadata refers to.
const ObjectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

// refPrefix begins every reference in a strict schema.
const refPrefix = "#/definitions/"

// sourcePrefix begins the lines that name the pinned modules.
const sourcePrefix = "# source "

// Sources are the pinned modules, as "what module version checksum"; what is a
// Kubernetes minor or the name of a product.
func Sources() []string {
	var sources []string
	for _, line := range lines() {
		source, ok := strings.CutPrefix(line, sourcePrefix)
		if !ok {
			break
		}
		sources = append(sources, source)
	}
	return sources
}

// Minors are the supported Kubernetes minors, the oldest first.
func Minors() []string { return slices.Clone(minors()) }

var minors = sync.OnceValue(func() (minors []string) {
	for _, source := range Sources() {
		if minor, _, _ := strings.Cut(source, " "); strings.HasPrefix(minor, "1.") {
			minors = append(minors, minor)
		}
	}
	return minors
})

// Nearest is the minor itself if it is supported, and else the newest that is.
func Nearest(minor string) string {
	if slices.Contains(minors(), minor) {
		return minor
	}
	return minors()[len(minors())-1]
}

// Find is the JSON schema of a kind as that minor serves it, without the
// definitions that it refers to.
func Find(minor, apiVersion, kind string) (schema string, ok bool) {
	_, schema = line(minor, apiVersion+"/"+kind)
	return schema, schema != ""
}

// Definition is what schemas of that minor refer to by a name; empty if none do.
func Definition(minor, name string) (schema string) {
	_, schema = line(minor, name)
	return schema
}

// Words are what a field of a definition must be one of, or each item of it, as the API
// server of that minor describes it; none if any text may be there.
func Words(minor, definition, field string) (words []string) {
	_, list := line(minor, WordsName(definition, field))
	if list != "" {
		// The generator has written it.
		_ = json.Unmarshal([]byte(list), &words)
	}
	return words
}

// WordsName begins the line of a field's words.
func WordsName(definition, field string) string { return definition + "#" + field }

// A Scope says where the objects of a kind live, in the words of
// CustomResourceDefinitions. It is empty where that is not known.
type Scope string

// Objects live in a namespace, or belong to the whole cluster.
const (
	InNamespace Scope = "Namespaced"
	InCluster   Scope = "Cluster"
)

// ScopeOf is the scope of a kind as that minor serves it; empty for kinds that are
// not in the archive.
func ScopeOf(minor, apiVersion, kind string) Scope {
	scope, _ := line(minor, apiVersion+"/"+kind)
	return scope
}

// A Served kind is one that clusters of some minors take.
type Served struct {
	APIVersion, Kind string
	// Minors that serve it, the oldest first.
	Minors []string
}

// Group is the API group; the core group's is empty.
func (s Served) Group() string {
	group, _, found := strings.Cut(s.APIVersion, "/")
	if !found {
		return ""
	}
	return group
}

// Kinds lists every kind of the archive, by apiVersion and kind. It reads the
// whole archive: it is meant for explaining why Find found nothing.
func Kinds() []Served {
	var kinds []Served
	for _, line := range lines() {
		name, rest, _ := strings.Cut(line, " ")
		slash := strings.LastIndexByte(name, '/')
		if slash < 0 || strings.HasPrefix(line, "#") {
			continue
		}
		minors, _, _ := strings.Cut(rest, " ")
		served := Served{APIVersion: name[:slash], Kind: name[slash+1:], Minors: span(minors)}
		if last := len(kinds) - 1; last >= 0 && kinds[last].APIVersion == served.APIVersion && kinds[last].Kind == served.Kind {
			kinds[last].Minors = append(kinds[last].Minors, served.Minors...)
			continue
		}
		kinds = append(kinds, served)
	}
	return kinds
}

// lines are those of the archive.
var lines = sync.OnceValue(func() []string {
	return strings.Split(strings.TrimSuffix(archive, "\n"), "\n")
})

// line bisects the archive for the JSON of a name in a minor, and the scope of a
// kind; both are empty if it has none.
func line(minor, name string) (scope Scope, json string) {
	key := name + " "
	at, _ := slices.BinarySearch(lines(), key)
	for _, text := range lines()[at:] {
		rest, ok := strings.CutPrefix(text, key)
		if !ok {
			break
		}
		minors, text, _ := strings.Cut(rest, " ")
		if !slices.Contains(span(minors), minor) {
			continue
		}
		if start := strings.IndexByte(text, '{'); start > 0 {
			return Scope(text[:start-1]), text[start:]
		}
		return "", text
	}
	return "", ""
}

// span is the minors of "1.30-1.33".
func span(text string) []string {
	first, last, _ := strings.Cut(text, "-")
	from, to := slices.Index(minors(), first), slices.Index(minors(), last)
	if from < 0 || to < from {
		return nil
	}
	return minors()[from : to+1 : to+1]
}

// Complete puts the definitions that a root schema refers to, directly or not,
// into it. A definition that is not to be had stays out: the schema then does not
// compile.
func Complete(root string, definition func(name string) string) []byte {
	var b bytes.Buffer
	b.WriteString(`{"definitions":{`)
	queue := References(root)
	done := map[string]bool{}
	for i := 0; i < len(queue); i++ {
		if done[queue[i]] {
			continue
		}
		text := definition(queue[i])
		if text == "" {
			continue
		}
		if len(done) > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + queue[i] + `":` + text)
		done[queue[i]] = true
		queue = append(queue, References(text)...)
	}
	b.WriteString("},")
	b.WriteString(strings.TrimPrefix(root, "{"))
	return b.Bytes()
}

// References are the definitions that a strict schema refers to, in their order.
func References(schema string) []string {
	const mark = `"$ref":"` + refPrefix
	var names []string
	for {
		at := strings.Index(schema, mark)
		if at < 0 {
			return names
		}
		var name string
		name, schema, _ = strings.Cut(schema[at+len(mark):], `"`)
		names = append(names, name)
	}
}
