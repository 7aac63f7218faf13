package validate

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/schema"
)

// maxAnnotations is how many bytes the API server takes as all annotations of one object.
const maxAnnotations = 256 << 10

// refusedWord judges a value of which there are a few; the empty one stands for a default.
func refusedWord[T ~string](r *report, value T, at place, few ...T) {
	if slices.Contains(few, value) {
		return
	}
	words := make([]string, 0, len(few))
	for _, word := range few {
		if word != "" {
			words = append(words, string(word))
		}
	}
	if value == "" {
		r.add(at, "use "+strings.Join(words, " or "), "%s is empty", lastStep(at.field))
		return
	}
	r.add(at, "use "+strings.Join(words, " or "), "%s is %q, and none of %s", lastStep(at.field), value, strings.Join(words, ", "))
}

// withoutMissing leaves out what is said of a field that is empty because it is missing, if
// its schema has said so.
func withoutMissing(problems []found) []found {
	missing := map[place]bool{}
	for _, p := range problems {
		if p.Rule == schema.Mismatch.ID {
			missing[place{object: p.at.object, field: p.at.field}] = true
		}
	}
	return slices.DeleteFunc(problems, func(p found) bool {
		return p.Rule == refusedValue.ID && missing[place{object: p.at.object, field: p.at.field}]
	})
}

// lastStep names a field where the position is that of what is around it.
func lastStep(field string) string { return field[strings.LastIndexByte(field, '.')+1:] }

// refusedBlank judges a name that has to be there. What a schema calls required may be there
// and empty.
func refusedBlank(r *report, name string, at place, what string) {
	if name == "" {
		r.add(at, "name "+what, "%s is empty: %s is not named", lastStep(at.field), what)
	}
}

func refusedKeys(r *report, from *corev1.EnvVarSource, at place) {
	if ref := from.SecretKeyRef; ref != nil {
		refusedBlank(r, ref.Key, at.below("secretKeyRef.key"), "the key of the Secret")
	}
	if ref := from.ConfigMapKeyRef; ref != nil {
		refusedBlank(r, ref.Key, at.below("configMapKeyRef.key"), "the key of the ConfigMap")
	}
	if ref := from.FieldRef; ref != nil {
		refusedBlank(r, ref.FieldPath, at.below("fieldRef.fieldPath"), "the field of the pod")
	}
	if ref := from.ResourceFieldRef; ref != nil {
		refusedBlank(r, ref.Resource, at.below("resourceFieldRef.resource"), "the resource of the container")
	}
}

func refusedSource(r *report, volume corev1.VolumeSource, at place) {
	if source := volume.PersistentVolumeClaim; source != nil {
		refusedBlank(r, source.ClaimName, at.below("persistentVolumeClaim.claimName"), "the claim")
	}
	if source := volume.Secret; source != nil {
		refusedBlank(r, source.SecretName, at.below("secret.secretName"), "the Secret")
	}
	if source := volume.ConfigMap; source != nil {
		refusedBlank(r, source.Name, at.below("configMap.name"), "the ConfigMap")
	}
}

// refusedTerms judges the terms of affinity between pods.
func refusedTerms(r *report, affinity *corev1.Affinity, at place) {
	if affinity == nil {
		return
	}
	judgeTerm := func(term corev1.PodAffinityTerm, at place) {
		refusedBlank(r, term.TopologyKey, at.below("topologyKey"), "the label of workers that tells places apart")
	}
	judge := func(field string, required []corev1.PodAffinityTerm, preferred []corev1.WeightedPodAffinityTerm) {
		for i, term := range required {
			judgeTerm(term, at.below(field+".requiredDuringSchedulingIgnoredDuringExecution").item(i))
		}
		for i, term := range preferred {
			judgeTerm(term.PodAffinityTerm, at.below(field+".preferredDuringSchedulingIgnoredDuringExecution").item(i).below("podAffinityTerm"))
		}
	}
	if a := affinity.PodAffinity; a != nil {
		judge("podAffinity", a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if a := affinity.PodAntiAffinity; a != nil {
		judge("podAntiAffinity", a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
}

func refusedAnnotations(r *report, o *object) {
	metadata, _ := o.fields["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	size := 0
	for key, value := range annotations {
		size += len(key) + len(fmt.Sprint(value))
	}
	if size > maxAnnotations {
		r.add(o.at("metadata.annotations"), "keep large texts in a ConfigMap", "the annotations have %d bytes, more than the %d that the API server takes", size, maxAnnotations)
	}
}
