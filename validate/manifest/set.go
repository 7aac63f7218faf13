package manifest

import (
	"cmp"
	"path"
	"reflect"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/schemas"
)

// GitOpsFolder holds what a person applies once, by hand, into other namespaces.
const GitOpsFolder = "_gitops"

// A Set is the files of one environment, or loose ones, read as Kubernetes would read
// them. It answers what the documents say, never changes, and reads a file when somebody
// asks for it. It is safe for concurrent use.
type Set struct {
	facts Facts
	// paths are in the order in which the files were given.
	paths []string
	files map[string]*openFile
	home  func() string
	index func() *index
	// memos holds what Index has built, by its type.
	memos sync.Map
}

type openFile struct {
	File
	objects func() []*Object
}

// An index is all objects, and the ways to find them.
type index struct {
	objects, asides []*Object
	byIdentity      map[Identity]*Object
	workloads       []*Workload
	workloadsIn     map[string][]*Workload
}

// NewSet returns the Set of some files. Of two files with one path the last counts.
func NewSet(files []File, facts Facts) *Set {
	facts.Domain = cmp.Or(strings.TrimSuffix(facts.Domain, "."), "cluster.local")
	s := &Set{facts: facts, files: make(map[string]*openFile, len(files))}
	scopes := scopesOf(facts)
	for _, file := range files {
		if s.files[file.Path] == nil {
			s.paths = append(s.paths, file.Path)
		}
		s.files[file.Path] = &openFile{file, sync.OnceValue(func() []*Object { return readObjects(file, scopes) })}
	}
	s.home = sync.OnceValue(s.findHome)
	s.index = sync.OnceValue(s.buildIndex)
	return s
}

// Facts are what is known of the environment besides its files.
func (s *Set) Facts() Facts { return s.facts }

// Paths are those of all files, in the order in which they were given.
func (s *Set) Paths() []string { return s.paths }

// File finds a file by its path.
func (s *Set) File(path string) (File, bool) {
	file := s.files[path]
	if file == nil {
		return File{}, false
	}
	return file.File, true
}

// In are the objects of one file, in their order; none if the file is no YAML, or too
// large. A document that does not read is an Object with faults.
func (s *Set) In(path string) []*Object {
	file := s.files[path]
	if file == nil {
		return nil
	}
	objects := file.objects()
	for _, o := range objects {
		if o.Scope == schemas.InNamespace && o.WrittenNamespace == "" {
			s.home()
			break
		}
	}
	return objects
}

// Objects are those that are applied together, in the order of the files.
func (s *Set) Objects() []*Object { return s.index().objects }

// Asides are the objects that a person applies once, by hand: an environment's in GitOpsFolder.
func (s *Set) Asides() []*Object { return s.index().asides }

// Find looks an object up by its API group, kind, namespace and name.
func (s *Set) Find(group, kind, namespace, name string) *Object {
	return s.index().byIdentity[Identity{group, kind, namespace, name}]
}

// ConfigMap finds a ConfigMap; Value is nil if it is not there.
func (s *Set) ConfigMap(namespace, name string) Typed[corev1.ConfigMap] {
	o := s.Find("", "ConfigMap", namespace, name)
	return Typed[corev1.ConfigMap]{o, Value[corev1.ConfigMap](o)}
}

// Workloads are the objects that start pods, in the order of the files.
func (s *Set) Workloads() []*Workload { return s.index().workloads }

// WorkloadsIn are those of one namespace.
func (s *Set) WorkloadsIn(namespace string) []*Workload { return s.index().workloadsIn[namespace] }

// Home is the namespace of an environment: the one that its facts name, or else the one
// that most of its objects do. Loose objects without a namespace end up where kubectl
// puts them: in "default".
func (s *Set) Home() string { return s.home() }

// A Typed object goes with its Kubernetes type.
type Typed[T any] struct {
	*Object
	Value *T
}

// Each finds the objects of one Kubernetes type, in the order of the files.
func Each[T any](s *Set) (all []Typed[T]) {
	for _, o := range s.Objects() {
		if value := Value[T](o); value != nil {
			all = append(all, Typed[T]{o, value})
		}
	}
	return all
}

// Index returns what build makes of a Set. It is built once for each Set and type, when
// first asked for; T tells indexes apart, so it must be a type of the caller's own.
func Index[T any](s *Set, build func(*Set) T) T {
	key := reflect.TypeFor[T]()
	memo, found := s.memos.Load(key)
	if !found {
		memo, _ = s.memos.LoadOrStore(key, sync.OnceValue(func() T { return build(s) }))
	}
	return memo.(func() T)()
}

// findHome also moves objects without a namespace there: the ones that it looks at are
// not given out before.
func (s *Set) findHome() string {
	home := s.vote()
	for _, path := range s.paths {
		for _, o := range s.files[path].objects() {
			if o.Scope == schemas.InNamespace && o.WrittenNamespace == "" {
				o.Namespace = home
			}
		}
	}
	return home
}

func (s *Set) vote() string {
	home, votes := "default", map[string]int{}
	switch {
	case s.facts.Namespace != "":
		return s.facts.Namespace
	case s.facts.Environment == "":
		return home
	}
	for _, path := range s.paths {
		if s.isAside(path) {
			continue
		}
		for _, o := range s.files[path].objects() {
			name := o.WrittenNamespace
			if name == "" || o.Scope != schemas.InNamespace {
				continue
			}
			votes[name]++
			if n := votes[name]; n > votes[home] || n == votes[home] && name < home {
				home = name
			}
		}
	}
	return home
}

func (s *Set) isAside(name string) bool {
	return s.facts.Environment != "" && path.Dir(name) == GitOpsFolder
}

func (s *Set) buildIndex() *index {
	x := &index{byIdentity: map[Identity]*Object{}, workloadsIn: map[string][]*Workload{}}
	for _, path := range s.paths {
		if s.isAside(path) {
			x.asides = append(x.asides, s.applied(path)...)
		} else {
			x.objects = append(x.objects, s.applied(path)...)
		}
	}
	for _, o := range x.objects {
		if id := o.Identity(); o.Name != "" && x.byIdentity[id] == nil {
			x.byIdentity[id] = o
		}
		if w := NewWorkload(o); w != nil {
			x.workloads = append(x.workloads, w)
			x.workloadsIn[o.Namespace] = append(x.workloadsIn[o.Namespace], w)
		}
	}
	return x
}

// readObjects reads every object of a file; the items of a List count as objects of their own.
func readObjects(file File, scopeOf func(apiVersion, kind string) schemas.Scope) (all []*Object) {
	if !IsYAML(file.Path) || len(file.Data) > MaxFile {
		return nil
	}
	for _, document := range Documents(file.Data) {
		all = append(all, objectsOf(file.Path, openAt(document))...)
	}
	for _, o := range all {
		o.Scope = scopeOf(o.APIVersion, o.Kind)
	}
	return all
}
