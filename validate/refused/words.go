package refused

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schemas"
)

// moreWords are those of fields whose words Kubernetes does not publish.
var moreWords = map[string][]string{
	"HPAScalingPolicy.type":        {"Percent", "Pods"},
	"HPAScalingRules.selectPolicy": {"Disabled", "Max", "Min"},
	"MetricSpec.type":              {"ContainerResource", "External", "Object", "Pods", "Resource"},
	"MetricTarget.type":            {"AverageValue", "Utilization", "Value"},

	"PodFailurePolicyOnPodConditionsPattern.status": {"False", "True", "Unknown"},
	"PodOS.name":                    {"linux", "windows"},
	"VolumeMount.recursiveReadOnly": {"Disabled", "Enabled", "IfPossible"},
	"StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted": {"Delete", "Retain"},
	"StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled":  {"Delete", "Retain"},

	"ServiceSpec.trafficDistribution": {"PreferClose", "PreferSameNode", "PreferSameZone"},
	"StorageClass.reclaimPolicy":      {"Delete", "Retain", ""},

	"RoleRef.apiGroup": {"rbac.authorization.k8s.io"},
	"RoleRef.kind":     {"ClusterRole", "Role"},
	"Subject.kind":     {"Group", "ServiceAccount", "User"},
}

// A wordList is what a field must be one of, in each minor.
type wordList struct {
	definition, field string
	more              []string
	known             *sync.Map // minor → []string
}

func wordsOf(owner reflect.Type, name string) wordList {
	list := wordList{more: moreWords[owner.Name()+"."+name], known: &sync.Map{}, field: name}
	if version, ok := strings.CutPrefix(owner.PkgPath(), "k8s.io/api/"); ok {
		list.definition = "io.k8s.api." + strings.ReplaceAll(version, "/", ".") + "." + owner.Name()
	}
	return list
}

func (l wordList) of(minor string) []string {
	if l.more != nil || l.definition == "" {
		return l.more
	}
	if words, found := l.known.Load(minor); found {
		return words.([]string)
	}
	words := schemas.Words(schemas.Nearest(minor), l.definition, l.field)
	l.known.Store(minor, words)
	return words
}

// checkWord checks a value that must be one of a few.
func checkWord(f *rule.Finder, value string, at func() manifest.Place, few []string) {
	if slices.Contains(few, value) {
		return
	}
	place := at()
	few = slices.DeleteFunc(slices.Clone(few), func(word string) bool { return word == "" })
	use, name := "use "+strings.Join(few, " or "), lastStep(place.InObject())
	if near := rule.Nearest(value, few); near != "" {
		use = "use " + near
	}
	if value == "" {
		f.Report(place, use, "%s is empty", name)
		return
	}
	f.Report(place, use, "%s is %q, and none of %s", name, value, strings.Join(few, ", "))
}

// lastStep names a field where the position is that of what is around it: `key`, `list[0]`.
func lastStep(path string) string {
	steps, _ := rule.Steps(path)
	name := ""
	for _, step := range steps {
		if step.Index >= 0 {
			name = rule.Index(name, step.Index)
		} else {
			name = step.Key
		}
	}
	return name
}
