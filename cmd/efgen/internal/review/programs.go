package review

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var otherProgram = row{Rule: rule.Rule{
	ID: "ER211", Title: "something else runs in a pod",
	Why:     "a command, an argument, a hook or a container decides what runs with the rights and the secrets of the nodes; another version of the image is no such change",
	Example: "command: [/bin/sh, -c, …]   # in a patch of a StatefulSet",
	Fix:     "take it back, or have it reviewed as you would review code",
}, Check: findOtherProgram}

// findOtherProgram leaves to ER214 what is no application's.
func findOtherProgram(c *comparison, f *rule.Finder) {
	for _, p := range c.workloads() {
		if p.difference.new.isExtra() {
			continue
		}
		before := map[string]bool{}
		for _, old := range p.old.Containers() {
			before[old.Name] = true
		}
		for _, new := range p.new.Containers() {
			if !before[new.Name] {
				f.Report(p.difference.at(new.Field), "", "container %s comes into the pods of %s: it runs with their rights, and reads what they mount", new.Name, p.new.Name)
			}
		}
		p.eachContainer(func(old, new manifest.Container) { addOtherProgram(f, p, old, new) })
	}
}

func addOtherProgram(f *rule.Finder, p pair, old, new manifest.Container) {
	if fields := runs(old, new); len(fields) > 0 {
		f.Report(p.difference.at(new.Field+"."+fields[0]), "", "container %s of %s runs something else than before: its %s changes", new.Name, p.new.Name, strings.Join(fields, ", "))
	}
	was, is := manifest.ParseImage(old.Image).Resolved(), manifest.ParseImage(new.Image).Resolved()
	if was.Registry() == is.Registry() && was.Name() != is.Name() {
		f.Report(p.difference.at(new.Field+".image"), "", "container %s of %s runs image %s instead of %s", new.Name, p.new.Name, is.Name(), was.Name())
	}
}

// runs are the fields of a container that start something else than before. A hook or a
// probe that goes starts nothing: other risks say what that means.
func runs(old, new manifest.Container) (fields []string) {
	for _, one := range []struct {
		field  string
		differ bool
	}{
		{"command", !slices.Equal(old.Command, new.Command)},
		{"args", !slices.Equal(old.Args, new.Args)},
		{"lifecycle.postStart", isAnother(hook(old, postStart), hook(new, postStart))},
		{"lifecycle.preStop", isAnother(hook(old, preStop), hook(new, preStop))},
		{"livenessProbe.exec", isAnother(executed(old.LivenessProbe), executed(new.LivenessProbe))},
		{"readinessProbe.exec", isAnother(executed(old.ReadinessProbe), executed(new.ReadinessProbe))},
		{"startupProbe.exec", isAnother(executed(old.StartupProbe), executed(new.StartupProbe))},
	} {
		if one.differ {
			fields = append(fields, one.field)
		}
	}
	return fields
}

func isAnother[T any](old, new *T) bool {
	return new != nil && !equality.Semantic.DeepEqual(old, new)
}

func postStart(l *corev1.Lifecycle) *corev1.LifecycleHandler { return l.PostStart }

// preStop leaves out the seconds that efgen's own hook has, which say nothing of what it does.
func preStop(l *corev1.Lifecycle) *corev1.LifecycleHandler {
	if l.PreStop == nil || l.PreStop.Exec == nil {
		return l.PreStop
	}
	hook := l.PreStop.DeepCopy()
	for i, word := range hook.Exec.Command {
		hook.Exec.Command[i] = graceLine().ReplaceAllString(word, "")
	}
	return hook
}

var graceLine = manifest.Pattern(`^grace=[0-9]+\n`)

// hook is what a container does at its start or end, nil if that is nothing.
func hook(c manifest.Container, of func(*corev1.Lifecycle) *corev1.LifecycleHandler) *corev1.LifecycleHandler {
	if c.Lifecycle == nil {
		return nil
	}
	return of(c.Lifecycle)
}

// executed is the command of a probe, nil if it runs none.
func executed(p *corev1.Probe) *corev1.ExecAction {
	if p == nil {
		return nil
	}
	return p.Exec
}

var otherRegistry = row{Rule: rule.Rule{
	ID: "ER212", Title: "an image from another registry",
	Why:     "whoever can write to that registry decides what runs, and the pull secret may not work there",
	Example: "registry: {host: mirror.example.com}   # where it was registry.example.com",
	Fix:     "registry: {host: registry.example.com}",
}, Check: findOtherRegistry}

func findOtherRegistry(c *comparison, f *rule.Finder) {
	eachImage(c, func(p pair, field string, old, new manifest.Image) {
		if old.Registry() != new.Registry() {
			f.Report(p.difference.at(field), "", "takes %s from %s instead of %s: whoever writes there decides what runs", new.Name(), new.Registry(), old.Registry())
		}
	})
}

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
