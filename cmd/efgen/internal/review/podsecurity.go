package review

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	podpolicy "github.com/efgen/efgen/validate/policy"
)

// enforced is the label by which a namespace says what pods it takes.
const enforced = "pod-security.kubernetes.io/enforce"

// strictness orders the Pod Security levels; a namespace without a label is privileged.
func strictness(level string) int {
	return slices.Index([]string{"privileged", "baseline", "restricted"}, cmp.Or(level, "privileged"))
}

func findLowerPodSecurity(c *comparison, f *finder) {
	f.addLowerPods(c)
	f.addLowerNamespaces(c)
	f.addNewPods(c)
}

func (f *finder) addLowerPods(c *comparison) {
	for _, p := range c.workloads() {
		if same(p.difference.old.fields.get("spec"), p.difference.new.fields.get("spec")) {
			continue
		}
		before, after := podpolicy.PodSecurityLevel(p.old.meta, p.old.pod), podpolicy.PodSecurityLevel(p.new.meta, p.new.pod)
		if strictness(after) < strictness(before) {
			f.add(p.difference, p.securityChange(), "pods of %s meet Pod Security level %s instead of %s: whoever breaks into one is nearer to its worker", p.new.name, after, before)
		}
	}
}

func (f *finder) addLowerNamespaces(c *comparison) {
	for _, d := range c.differences {
		old, new := value[corev1.Namespace](d.old), value[corev1.Namespace](d.new)
		if old == nil || new == nil {
			continue
		}
		before, after := old.Labels[enforced], new.Labels[enforced]
		if strictness(after) < strictness(before) {
			f.add(d, `metadata.labels["`+enforced+`"]`, "namespace %s takes pods of level %s, which it refused as %s", d.object().name, cmp.Or(after, "privileged"), before)
		}
	}
}

// addNewPods finds pods that come below the level that their namespace asks for.
func (f *finder) addNewPods(c *comparison) {
	for _, d := range c.differences {
		w := workloadOf(d.new)
		if w == nil || d.old != nil {
			continue
		}
		asked, level := c.new.askedLevel(w.namespace), podpolicy.PodSecurityLevel(w.meta, w.pod)
		if strictness(level) < strictness(asked) {
			f.add(d, "", "pods of %s meet Pod Security level %s, which is below %s: whoever breaks into one is nearer to its worker", w.name, level, asked)
		}
	}
}

// askedLevel is what a namespace says, or else the level below which pods get at their
// worker.
func (s *side) askedLevel(namespace string) string {
	for _, o := range s.all() {
		if o.kind == "Namespace" && o.name == namespace {
			if labelled := value[corev1.Namespace](o); labelled != nil && labelled.Labels[enforced] != "" {
				return labelled.Labels[enforced]
			}
		}
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
