package judge

import (
	"regexp"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	// Of these kinds only the fields are judged.
	_ "k8s.io/kubernetes/pkg/apis/admissionregistration/install"
	_ "k8s.io/kubernetes/pkg/apis/coordination/install"
	_ "k8s.io/kubernetes/pkg/apis/discovery/install"
	_ "k8s.io/kubernetes/pkg/apis/resource/install"
)

// A Reason is one refusal. Field is empty if the object cannot be read at all.
type Reason struct{ Field, Text string }

// serves is the minor of Kubernetes 1 that the judge is of.
const serves = 34

// Serves reports whether Kubernetes itself serves a kind, and has not removed its version.
func Serves(kind schema.GroupVersionKind) bool {
	object, err := legacyscheme.Scheme.New(kind)
	if err != nil {
		return false
	}
	mortal, ends := object.(interface{ APILifecycleRemoved() (major, minor int) })
	if !ends {
		return true
	}
	_, minor := mortal.APILifecycleRemoved()
	return minor > serves
}

// RefusesManifest says why the API server would refuse what kubectl makes of a manifest:
// unknown fields count, a missing namespace is "default", and a name is generated. Of a
// kind that nobody validates here, only the fields are judged.
func (j Judge) RefusesManifest(object []byte) (reasons []Reason) {
	decoded, kind, err := j.strict.Decode(object, nil, nil)
	if strict, partly := runtime.AsStrictDecodingError(err); partly {
		for _, err := range strict.Errors() {
			reasons = append(reasons, Reason{strictField(err.Error()), err.Error()})
		}
	} else if err != nil {
		return []Reason{{"", err.Error()}}
	}
	accessor, err := meta.Accessor(decoded)
	if err != nil {
		return append(reasons, Reason{"", err.Error()})
	}
	if accessor.GetNamespace() == "" && !clusterScoped.Has(kind.Kind) {
		accessor.SetNamespace("default")
	}
	if accessor.GetName() == "" && accessor.GetGenerateName() != "" {
		accessor.SetName(accessor.GetGenerateName() + "abcde")
	}
	errs, _ := validate(decoded)
	for _, err := range append(errs, refusedMetadata(decoded)...) {
		reasons = append(reasons, Reason{err.Field, err.Error()})
	}
	return reasons
}

// clusterScoped are the kinds without a namespace, of those that validate knows.
var clusterScoped = sets.New("Namespace", "ClusterRole", "ClusterRoleBinding", "PriorityClass", "StorageClass", "CSIDriver")

var quoted = regexp.MustCompile(`^(?:unknown|duplicate) field "(.*)"$`)

// strictField is the field that a message of the strict decoder names.
func strictField(message string) string {
	if found := quoted.FindStringSubmatch(message); found != nil {
		return found[1]
	}
	return ""
}
