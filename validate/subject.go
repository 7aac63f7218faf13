package validate

import (
	"path"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// A subject is what the checks look at: the files of one environment, or loose
// ones, read and indexed.
type subject struct {
	facts Facts
	files map[string]*File
	// order holds the paths of files as they were given.
	order []string
	// objects are those that are synced together, in order; asides are those
	// that a person applies once, which only the schema concerns.
	objects, asides []*object
	byID            map[identity]*object
	byFile          map[string][]*object
	// allWorkloads are those of all namespaces, in order.
	allWorkloads   []*workload
	workloads      map[string][]*workload
	services       map[string][]typed[corev1.Service]
	nodes          []*node
	grants         *grants
	configurations []*configuration
	claimed        struct{ objects, nodePorts, hosts []claim }
	// listing is kustomization.yaml, listed are its resources.
	listing *object
	listed  []string
}

// An identity is what a cluster tells objects apart by.
type identity struct{ group, kind, namespace, name string }

func (o *object) identity() identity {
	id := identity{o.group(), o.kind, o.namespace, o.name}
	if o.scope == inCluster {
		id.namespace = ""
	}
	return id
}

// A typed object goes with its Kubernetes type.
type typed[T any] struct {
	*object
	value *T
}

// each finds the objects of one Kubernetes type.
func each[T any](s *subject) []typed[T] {
	var all []typed[T]
	for _, o := range s.objects {
		if value, ok := o.value.(*T); ok {
			all = append(all, typed[T]{o, value})
		}
	}
	return all
}

// find looks an object up; the group is the one that checks look into.
func (s *subject) find(group, kind, namespace, name string) *object {
	return s.byID[identity{group, kind, namespace, name}]
}

// gitopsFolder holds what is applied by hand, once, into other namespaces.
const gitopsFolder = "_gitops"

func newSubject(files []File, facts Facts) *subject {
	s := &subject{
		facts: facts, files: map[string]*File{}, byID: map[identity]*object{}, byFile: map[string][]*object{},
		workloads: map[string][]*workload{}, services: map[string][]typed[corev1.Service]{},
	}
	scopeOf := scopesOf(facts)
	for i := range files {
		file := &files[i]
		if s.files[file.Path] == nil {
			s.order = append(s.order, file.Path)
		}
		s.files[file.Path] = file
		if !isManifest(file.Path) {
			continue
		}
		found := objects(file)
		for _, o := range found {
			o.scope = scopeOf(o.apiVersion, o.kind)
		}
		s.byFile[file.Path] = found
		if facts.Environment != "" && path.Dir(file.Path) == gitopsFolder {
			s.asides = append(s.asides, found...)
		} else {
			s.objects = append(s.objects, found...)
		}
	}
	s.listing, s.listed = s.readListed()
	s.index()
	return s
}

func (s *subject) index() {
	home := s.home()
	for _, o := range s.objects {
		if o.scope == inNamespace && o.namespace == "" {
			o.namespace = home
		}
		if id := o.identity(); o.name != "" && s.byID[id] == nil {
			s.byID[id] = o
		}
		if w := newWorkload(o); w != nil {
			s.allWorkloads = append(s.allWorkloads, w)
			s.workloads[o.namespace] = append(s.workloads[o.namespace], w)
		}
	}
	for _, service := range each[corev1.Service](s) {
		s.services[service.namespace] = append(s.services[service.namespace], service)
	}
	s.grants = newGrants(s)
	s.nodes = s.findNodes()
	s.configurations = s.findConfigurations()
	s.claimed.objects, s.claimed.nodePorts, s.claimed.hosts = objectClaims(s), nodePortClaims(s), hostClaims(s)
}

// unread tells whether an object could not be read.
func (s *subject) unread() bool {
	return slices.ContainsFunc(s.objects, func(o *object) bool { return o.unread != nil })
}

// home is the namespace of an environment: the one that most of its objects
// name. Loose objects without one end up where kubectl puts them.
func (s *subject) home() string {
	home, votes := "default", map[string]int{}
	if s.facts.Environment == "" {
		return home
	}
	for _, o := range s.objects {
		if o.written == "" || o.scope != inNamespace {
			continue
		}
		votes[o.written]++
		if n := votes[o.written]; n > votes[home] || n == votes[home] && o.written < home {
			home = o.written
		}
	}
	return home
}
