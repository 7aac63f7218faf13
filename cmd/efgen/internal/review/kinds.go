package review

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/manifest/decode"
)

const openshiftRBAC = decode.OpenShiftRBAC

// newValue is an empty value of the type that tells what an object could break, nil if
// nothing is known of its kind.
func (o *object) newValue() any {
	if o.apiVersion == openshiftRBAC && strings.HasSuffix(o.kind, "RoleBinding") {
		return new(openshiftBinding)
	}
	return decode.New(o.apiVersion, o.kind)
}

// openshiftBinding is the part of OpenShift's own bindings that says who gets what.
// Without a namespace, its roleRef means a ClusterRole.
type openshiftBinding struct {
	UserNames  []string         `json:"userNames"`
	GroupNames []string         `json:"groupNames"`
	Subjects   []rbacv1.Subject `json:"subjects"`
	RoleRef    struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"roleRef"`
}

// foreign tells whether nothing is known of a kind: it is of neither Kubernetes nor
// OpenShift.
func (o *object) foreign() bool {
	group := o.group()
	return strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io") && !strings.HasSuffix(group, ".openshift.io")
}
