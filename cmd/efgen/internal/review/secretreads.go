package review

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var secretRead = row{Rule: rule.Rule{
	ID: "ER213", Title: "pods read another Secret",
	Why:     "whoever runs in a pod has what its Secrets hold; that of another application opens what only that application was to reach",
	Example: "volumes: [{name: keys, secret: {secretName: orders-keys}}]   # in a patch of another application",
	Fix:     "give the application a Secret of its own",
}, Check: findSecretRead}

// findSecretRead compares a new application with those that are there: what all of them
// read is no news.
func findSecretRead(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		new := workloadOf(d.new)
		if new == nil || d.new.isExtra() {
			continue
		}
		before := map[string]bool{}
		if old := workloadOf(d.old); old != nil {
			for _, read := range readsOf(old) {
				before[read.name] = true
			}
		} else {
			before = c.old.readByAll()
		}
		for _, read := range readsOf(new) {
			if !before[read.name] {
				before[read.name] = true
				f.Report(d.at(read.field), "", "pods of %s read Secret %s, which they did not before", new.Name, read.name)
			}
		}
	}
}

// readByAll are the Secrets that every application of a side reads.
func (s *side) readByAll() map[string]bool {
	all, applications := map[string]int{}, 0
	for _, w := range s.Workloads() {
		if w.Folder() == extraFolder {
			continue
		}
		applications++
		seen := map[string]bool{}
		for _, read := range readsOf(w) {
			if !seen[read.name] {
				seen[read.name] = true
				all[read.name]++
			}
		}
	}
	shared := map[string]bool{}
	for name, n := range all {
		shared[name] = n == applications
	}
	return shared
}

// A reading is a Secret that a pod's containers see, with the field that shows it.
type reading struct{ name, field string }

// readsOf leaves out the Secrets for registries: the kubelet alone reads those.
func readsOf(w *manifest.Workload) (all []reading) {
	for _, c := range w.Containers() {
		for i, source := range c.EnvFrom {
			if source.SecretRef != nil {
				all = append(all, reading{source.SecretRef.Name, rule.Index(c.Field+".envFrom", i)})
			}
		}
		for i, variable := range c.Env {
			if variable.ValueFrom != nil && variable.ValueFrom.SecretKeyRef != nil {
				all = append(all, reading{variable.ValueFrom.SecretKeyRef.Name, rule.Index(c.Field+".env", i)})
			}
		}
	}
	for i := range w.Pod.Volumes {
		for _, name := range secretsIn(&w.Pod.Volumes[i]) {
			all = append(all, reading{name, rule.Index(w.PodField("volumes"), i)})
		}
	}
	return all
}

// secretsIn are the Secrets that a volume shows, those of an outside store included.
func secretsIn(v *corev1.Volume) (names []string) {
	switch {
	case v.Secret != nil:
		return []string{v.Secret.SecretName}
	case v.CSI != nil:
		return []string{cmp.Or(v.CSI.VolumeAttributes["secretProviderClass"], v.CSI.Driver)}
	case v.Projected != nil:
		for _, source := range v.Projected.Sources {
			if source.Secret != nil {
				names = append(names, source.Secret.Name)
			}
		}
	}
	return names
}
