package review

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate"
)

// enforced is the label by which a namespace says what pods it takes.
const enforced = "pod-security.kubernetes.io/enforce"

// strictness orders the Pod Security levels; a namespace without a label is privileged.
func strictness(level string) int {
	return slices.Index([]string{"privileged", "baseline", "restricted"}, cmp.Or(level, "privileged"))
}

func findLowerPodSecurity(c *comparison, f *finder) {
	for _, p := range c.workloads() {
		if same(p.difference.old.fields.get("spec"), p.difference.new.fields.get("spec")) {
			continue
		}
		before, after := validate.PodSecurityLevel(p.old.meta, p.old.pod), validate.PodSecurityLevel(p.new.meta, p.new.pod)
		if strictness(after) < strictness(before) {
			f.add(p.difference, p.securityChange(), "pods of %s meet Pod Security level %s instead of %s: whoever breaks into one is nearer to its worker", p.new.name, after, before)
		}
	}
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

// securityChange is the first change of a security context, or else of the pod.
func (p pair) securityChange() string {
	for _, ch := range p.changes {
		if strings.Contains(ch.at, "securityContext") {
			return ch.at
		}
	}
	return p.templateChange().at
}
