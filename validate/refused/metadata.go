package refused

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// maxAnnotations is how many bytes of annotations the API server accepts on one object.
const maxAnnotations = 256 << 10

// names are the forms of the names of objects; that of others is a DNS name.
var names = map[string]form{
	"ClusterRole": segment, "ClusterRoleBinding": segment, "Role": segment, "RoleBinding": segment,
	"Namespace": label, "PodDisruptionBudget": segment, "StatefulSet": label, "Job": label, "Service": letterLabel,
}

// maxCronJob is the length of a CronJob's name: its Jobs add the time.
const maxCronJob = 52

func checkName(f *rule.Finder, o *manifest.Object, minor string) {
	form, special := names[o.Kind]
	if !special {
		form = subdomain
	}
	if o.Kind == "Service" && minor >= "1.36" {
		form = label
	}
	at := o.At("metadata.name")
	switch {
	case o.Name == "":
		if o.Fields.Text("metadata", "generateName") == "" {
			f.Report(at, "name the object", "name is empty")
		}
		return
	case o.Kind == "CronJob" && len(o.Name) > maxCronJob:
		f.Report(at, "use a shorter name", "name has %d characters, more than the %d that a CronJob's may have", len(o.Name), maxCronJob)
	}
	form.check(f, o.Name, at)
}

// checkMetadata looks at what every kind has, custom ones too.
func checkMetadata(f *rule.Finder, o *manifest.Object) {
	checkLabels(f, texts(o, "labels"), o.At("metadata.labels"))
	annotations := texts(o, "annotations")
	checkAnnotationKeys(f, annotations, o.At("metadata.annotations"))
	size := 0
	for key, value := range annotations {
		size += len(key) + len(value)
	}
	if size > maxAnnotations {
		f.Report(o.At("metadata.annotations"), "keep large texts in a ConfigMap", "the annotations have %d bytes, more than the %d that the API server takes", size, maxAnnotations)
	}
}

func texts(o *manifest.Object, field string) map[string]string {
	texts := map[string]string{}
	for key, value := range o.Fields.Mapping("metadata", field).Fields() {
		texts[key] = fmt.Sprint(value)
	}
	return texts
}

// checkTemplateMeta looks at what is inside of objects: checkMetadata has seen their own.
func checkTemplateMeta(f *rule.Finder, meta *metav1.ObjectMeta, at manifest.Place) {
	if at.InObject() != "metadata" {
		checkLabels(f, meta.Labels, at.Below("labels"))
		checkAnnotationKeys(f, meta.Annotations, at.Below("annotations"))
	}
}

func checkLabels(f *rule.Finder, labels map[string]string, at manifest.Place) {
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		key.checkKey(f, name, at.Entry(name))
		labelValue.check(f, labels[name], at.Entry(name))
	}
}

func checkAnnotationKeys(f *rule.Finder, annotations map[string]string, at manifest.Place) {
	for name := range annotations {
		// They may have capitals in their domains, which labels may not.
		key.checkKey(f, strings.ToLower(name), at.Entry(name))
	}
}

func checkSelector(f *rule.Finder, selector *metav1.LabelSelector, at manifest.Place) {
	checkLabels(f, selector.MatchLabels, at.Below("matchLabels"))
	for i, requirement := range selector.MatchExpressions {
		where := at.Below("matchExpressions").Item(i)
		key.check(f, requirement.Key, where.Below("key"))
		for j, value := range requirement.Values {
			labelValue.check(f, value, where.Below("values").Item(j))
		}
		requirement.Key, requirement.Values = "key", plain(requirement.Values)
		for _, err := range metavalidation.ValidateLabelSelectorRequirement(requirement, metavalidation.LabelSelectorValidationOptions{}, nil) {
			reportRequirement(f, err.Field, string(requirement.Operator), len(requirement.Values), where)
		}
	}
}

// plain is a list of as many values, each of which is right.
func plain(values []string) []string {
	all := make([]string, len(values))
	for i := range all {
		all[i] = "value"
	}
	return all
}

func reportRequirement(f *rule.Finder, field, operator string, values int, at manifest.Place) {
	switch {
	case field == "operator":
		f.Report(at.Below("operator"), "use In, NotIn, Exists or DoesNotExist", "operator is %q, and none of In, NotIn, Exists, DoesNotExist", operator)
	case values == 0:
		f.Report(at.Below("values"), "name at least one value", "operator %s needs values", operator)
	default:
		f.Report(at.Below("values"), "leave the values out, or use operator: In", "operator %s has values", operator)
	}
}
