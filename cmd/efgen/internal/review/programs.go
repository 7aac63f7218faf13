package review

import (
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
	was, is := manifest.ParseImage(old.Image), manifest.ParseImage(new.Image)
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
func preStop(l *corev1.Lifecycle) *corev1.LifecycleHandler   { return l.PreStop }

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
			f.Report(p.difference.at(field), "", "takes %s from %s instead of %s: whoever writes there decides what runs", new.Name(), registryOf(new), registryOf(old))
		}
	})
}
