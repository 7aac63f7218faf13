package review

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/policy"

	"github.com/efgen/efgen/validate/manifest"

	"github.com/efgen/efgen/validate/rule"
)

// enforced is the label with which a namespace says which pods it accepts.
const enforced = "pod-security.kubernetes.io/enforce"

// strictness orders the Pod Security levels; a namespace without a label is privileged.
func strictness(level string) int {
	return slices.Index([]string{"privileged", "baseline", "restricted"}, cmp.Or(level, "privileged"))
}

var lowerPodSecurity = row{Rule: rule.Rule{
	ID: "ER203", Title: "a lower Pod Security level",
	Why:     "whoever breaks into a pod below the level restricted is a step closer to its worker; new pods are compared with the level of their namespace, or with baseline if it has none",
	Example: "policy: {podSecurity: baseline}   # where it was restricted",
	Fix:     "policy: {podSecurity: restricted}",
}, Check: findLowerPodSecurity}

func findLowerPodSecurity(c *comparison, f *rule.Finder) {
	addLowerPods(f, c)
	addLowerNamespaces(f, c)
	addNewPods(f, c)
}

func addLowerPods(f *rule.Finder, c *comparison) {
	for _, p := range c.workloads() {
		if same(p.difference.old.fields.Get("spec"), p.difference.new.fields.Get("spec")) {
			continue
		}
		before, after := policy.PodSecurityLevel(p.old.Meta, p.old.Pod), policy.PodSecurityLevel(p.new.Meta, p.new.Pod)
		if strictness(after) < strictness(before) {
			f.Report(p.difference.at(p.securityChange()), "", "pods of %s meet Pod Security level %s instead of %s: whoever breaks into one is nearer to its worker", p.new.Name, after, before)
		}
	}
}

func addLowerNamespaces(f *rule.Finder, c *comparison) {
	for _, d := range c.differences {
		old, new := value[corev1.Namespace](d.old), value[corev1.Namespace](d.new)
		if old == nil || new == nil {
			continue
		}
		before, after := old.Labels[enforced], new.Labels[enforced]
		if strictness(after) < strictness(before) {
			f.Report(d.at(`metadata.labels["`+enforced+`"]`), "", "namespace %s takes pods of level %s, which it refused as %s", d.object().name, cmp.Or(after, "privileged"), before)
		}
	}
}

// addNewPods finds new pods that do not meet the level of their namespace.
func addNewPods(f *rule.Finder, c *comparison) {
	for _, d := range c.differences {
		w := workloadOf(d.new)
		if w == nil || d.old != nil {
			continue
		}
		asked, level := c.new.askedLevel(w.Namespace), policy.PodSecurityLevel(w.Meta, w.Pod)
		if strictness(level) < strictness(asked) {
			f.Report(d.at(""), "", "pods of %s meet Pod Security level %s, which is below %s: whoever breaks into one is nearer to its worker", w.Name, level, asked)
		}
	}
}

// askedLevel is what a namespace says, or else the level below which pods get at their
// worker.
func (s *side) askedLevel(namespace string) string {
	labelled := manifest.Value[corev1.Namespace](s.Find("", "Namespace", "", namespace))
	if labelled != nil && labelled.Labels[enforced] != "" {
		return labelled.Labels[enforced]
	}
	return "baseline"
}

// securityChange is the first change of a security context, or else of the pod.
func (p pair) securityChange() string {
	for _, ch := range p.changes {
		if strings.Contains(ch.at, "securityContext") {
			return ch.at
		}
	}
	return p.templateChange().at
}
