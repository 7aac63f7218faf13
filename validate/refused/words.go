package refused

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// maxAnnotations is how many bytes of annotations the API server accepts on one object.
const maxAnnotations = 256 << 10

// checkWord checks a value that must be one of a few; an empty one means a default.
func checkWord[T ~string](f *rule.Finder, value T, at manifest.Place, few ...T) {
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
		f.Report(at, "use "+strings.Join(words, " or "), "%s is empty", lastStep(at.InObject()))
		return
	}
	f.Report(at, "use "+strings.Join(words, " or "), "%s is %q, and none of %s", lastStep(at.InObject()), value, strings.Join(words, ", "))
}

// lastStep names a field where the position is that of what is around it.
func lastStep(field string) string { return field[strings.LastIndexByte(field, '.')+1:] }

// checkBlank judges a name that has to be there. What a schema calls required may be there
// and empty.
func checkBlank(f *rule.Finder, name string, at manifest.Place, what string) {
	if name == "" {
		f.Report(at, "name "+what, "%s is empty: %s is not named", lastStep(at.InObject()), what)
	}
}

func checkKeys(f *rule.Finder, from *corev1.EnvVarSource, at manifest.Place) {
	if ref := from.SecretKeyRef; ref != nil {
		checkBlank(f, ref.Key, at.Below("secretKeyRef.key"), "the key of the Secret")
	}
	if ref := from.ConfigMapKeyRef; ref != nil {
		checkBlank(f, ref.Key, at.Below("configMapKeyRef.key"), "the key of the ConfigMap")
	}
	if ref := from.FieldRef; ref != nil {
		checkBlank(f, ref.FieldPath, at.Below("fieldRef.fieldPath"), "the field of the pod")
	}
	if ref := from.ResourceFieldRef; ref != nil {
		checkBlank(f, ref.Resource, at.Below("resourceFieldRef.resource"), "the resource of the container")
	}
}

func checkSource(f *rule.Finder, volume corev1.VolumeSource, at manifest.Place) {
	if source := volume.PersistentVolumeClaim; source != nil {
		checkBlank(f, source.ClaimName, at.Below("persistentVolumeClaim.claimName"), "the claim")
	}
	if source := volume.Secret; source != nil {
		checkBlank(f, source.SecretName, at.Below("secret.secretName"), "the Secret")
	}
	if source := volume.ConfigMap; source != nil {
		checkBlank(f, source.Name, at.Below("configMap.name"), "the ConfigMap")
	}
}

// checkTerms judges the terms of affinity between pods.
func checkTerms(f *rule.Finder, affinity *corev1.Affinity, at manifest.Place) {
	if affinity == nil {
		return
	}
	judgeTerm := func(term corev1.PodAffinityTerm, at manifest.Place) {
		checkBlank(f, term.TopologyKey, at.Below("topologyKey"), "the label of workers that tells places apart")
	}
	judge := func(field string, required []corev1.PodAffinityTerm, preferred []corev1.WeightedPodAffinityTerm) {
		for i, term := range required {
			judgeTerm(term, at.Below(field+".requiredDuringSchedulingIgnoredDuringExecution").Item(i))
		}
		for i, term := range preferred {
			judgeTerm(term.PodAffinityTerm, at.Below(field+".preferredDuringSchedulingIgnoredDuringExecution").Item(i).Below("podAffinityTerm"))
		}
	}
	if a := affinity.PodAffinity; a != nil {
		judge("podAffinity", a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if a := affinity.PodAntiAffinity; a != nil {
		judge("podAntiAffinity", a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
}

func checkAnnotations(f *rule.Finder, o *manifest.Object) {
	size := 0
	for key, value := range o.Fields.Mapping("metadata", "annotations").Fields() {
		size += len(key) + len(fmt.Sprint(value))
	}
	if size > maxAnnotations {
		f.Report(o.At("metadata.annotations"), "keep large texts in a ConfigMap", "the annotations have %d bytes, more than the %d that the API server takes", size, maxAnnotations)
	}
}
