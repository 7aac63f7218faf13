package review

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// A move is an environment that goes to another namespace. Its objects are compared as if
// they had been there before.
type move struct {
	from, to string
	texts    *strings.Replacer
	// originals are the old objects by their identity after the move.
	originals map[manifest.Identity]*manifest.Object
}

// moveOf is nil if the environment stays where it is: if a file that names its namespace is
// the same on both sides, or no workload of the one is in the other.
func moveOf(old, new *manifest.Set) *move {
	if len(old.Paths()) == 0 || len(new.Paths()) == 0 {
		return nil
	}
	to := namespaceOf(new)
	for _, path := range new.Paths() {
		before, found := old.File(path)
		if after, _ := new.File(path); found && bytes.Contains(after.Data, []byte("namespace: "+to)) && bytes.Equal(before.Data, after.Data) {
			return nil
		}
	}
	from := namespaceOf(old)
	goes := func(w *manifest.Workload) bool {
		return new.Find(w.Group(), w.Kind, to, w.Name) != nil && new.Find(w.Group(), w.Kind, from, w.Name) == nil
	}
	if from == to || !slices.ContainsFunc(old.WorkloadsIn(from), goes) {
		return nil
	}
	return &move{from, to, strings.NewReplacer(
		"."+from+".svc", "."+to+".svc",
		"system:serviceaccount:"+from+":", "system:serviceaccount:"+to+":",
		"system:serviceaccounts:"+from, "system:serviceaccounts:"+to,
	), map[manifest.Identity]*manifest.Object{}}
}

// apply is the set as it would have been in the new namespace.
func (m *move) apply(old *manifest.Set) *manifest.Set {
	facts := old.Facts()
	facts.Namespace = m.to
	var files []manifest.File
	originals := map[string][]*manifest.Object{}
	for _, path := range old.Paths() {
		file, _ := old.File(path)
		if objects := old.In(path); len(objects) > 0 && !slices.ContainsFunc(objects, isUnread) {
			file.Data = m.documents(objects)
			originals[path] = objects
		} else {
			file.Data = []byte(m.texts.Replace(string(file.Data)))
		}
		files = append(files, file)
	}
	moved := manifest.NewSet(files, facts)
	for path, objects := range originals {
		for i, o := range moved.In(path) {
			if o.Identity() != objects[i].Identity() {
				m.originals[o.Identity()] = objects[i]
			}
		}
	}
	return moved
}

func isUnread(o *manifest.Object) bool { return o.Fields == nil || len(o.Faults()) > 0 }

func (m *move) documents(objects []*manifest.Object) []byte {
	var b bytes.Buffer
	for _, o := range objects {
		// A Mapping holds what JSON can say.
		data, _ := json.Marshal(m.object(o))
		b.WriteString("---\n")
		b.Write(data)
		b.WriteString("\n")
	}
	return b.Bytes()
}

func (m *move) object(o *manifest.Object) *manifest.Mapping {
	fields := m.value("", o.Fields).(*manifest.Mapping)
	metadata := fields.Mapping("metadata")
	switch {
	case o.Kind == "Namespace" && o.Name == m.from:
		metadata.Set("name", m.to)
	case strings.HasPrefix(o.Kind, "ClusterRole") || o.Kind == "Role" || o.Kind == "RoleBinding":
		metadata.Set("name", m.suffix(o.Name))
	}
	return fields
}

func (m *move) suffix(name string) string {
	if rest, found := strings.CutSuffix(name, "-"+m.from); found {
		return rest + "-" + m.to
	}
	return name
}

func (m *move) value(path string, value any) any {
	switch v := value.(type) {
	case *manifest.Mapping:
		fields := manifest.NewMapping(len(v.Keys()))
		for _, key := range v.Keys() {
			fields.Set(key, m.value(rule.Key(path, key), v.Get(key)))
		}
		return fields
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = m.value(path, item)
		}
		return list
	case string:
		switch {
		case v == m.from && (strings.HasSuffix(path, "namespace") || strings.HasSuffix(path, `kubernetes.io/metadata.name"]`)):
			return m.to
		case strings.HasSuffix(path, "roleRef.name"):
			return m.suffix(v)
		}
		return m.texts.Replace(v)
	}
	return value
}

// mark makes a difference one of the move, if it is, and shows what goes as it was.
func (m *move) mark(d *difference) {
	if m == nil || d.old == nil || d.old.source == nil {
		return
	}
	original := m.originals[d.old.identity()]
	switch {
	case original == nil:
	case d.new == nil:
		d.old = newObject(original)
	default:
		d.isMoved, d.from = true, original
	}
}

var movedAway = row{Rule: rule.Rule{
	ID: "ER109", Title: "nodes move to another namespace",
	Why:     "a pod cannot move: new nodes start in the other namespace, the old ones stop when their objects go, what they hold is only in memory, and claims stay behind",
	Example: "namespace: streaming   # where it was production",
	Fix:     "keep the namespace, or move when nobody needs what the nodes hold",
}, Check: findMovedAway}

// findMovedAway is about the environment: the first of its workloads stands for all.
func findMovedAway(c *comparison, f *rule.Finder) {
	total, first := 0, (*difference)(nil)
	for _, p := range c.workloads() {
		if p.isMoved && p.new.StatefulSet != nil {
			if total += p.old.Replicas; first == nil {
				first = p.difference
			}
		}
	}
	if first != nil {
		f.Report(first.at("").weighing(total), "", "%s in namespace %s start anew in %s: what they hold is only in memory, and lost", nodes(total), c.move.from, c.move.to)
	}
}

// IsRenamed reports whether two environments are one under another name: in the same
// namespace, with the same StatefulSets.
func IsRenamed(old, new *manifest.Set) bool {
	was, is := statefulSets(old), statefulSets(new)
	return len(was) > 0 && namespaceOf(old) == namespaceOf(new) && slices.Equal(was, is)
}

func statefulSets(s *manifest.Set) (all []manifest.Identity) {
	for _, w := range s.Workloads() {
		if w.StatefulSet != nil {
			all = append(all, w.Identity())
		}
	}
	slices.SortFunc(all, manifest.Identity.Compare)
	return all
}
