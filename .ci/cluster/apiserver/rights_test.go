package apiserver

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	authorization "k8s.io/client-go/kubernetes/typed/authorization/v1"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/parts"
	"github.com/efgen/efgen/.ci/cluster/proof"
)

// TestRights asks the API server what the applications may do: before their rights are
// applied nothing, and after that what the seed gives them, and nothing else.
func TestRights(t *testing.T) {
	c := cluster.Start(t, cluster.Options{})
	t.Run("cluster-wide", func(t *testing.T) {
		rights(t, c, "production", true, "rights are those of the sample, cluster-wide")
	})
	t.Run("in one namespace", func(t *testing.T) {
		rights(t, c, "staging", false, "rights are those of the sample, in one namespace")
	})
}

func rights(t *testing.T, c *cluster.Cluster, environment string, wide bool, claim string) {
	started := time.Now()
	manifests, err := cluster.Read(filepath.Join(parts.Repository(), "out", environment))
	require.NoError(t, err)
	table := strangers(environment)
	for _, m := range manifests {
		switch m.Object.GetKind() {
		case "Namespace":
			apply(t, c, m, false)
		case "StatefulSet":
			account, _, _ := unstructured.NestedString(m.Object.Object, "spec", "template", "spec", "serviceAccountName")
			require.NotEmpty(t, account)
			table = append(table, questions(environment, account, wide)...)
		}
	}
	before := slices.Clone(table)
	for i := range before {
		before[i].allowed = false
	}
	assert.NoError(t, errors.Join(deviations(t, c, before)...), "before the rights are there")
	for _, m := range manifests {
		if strings.Contains(m.Path, "/rbac/") {
			apply(t, c, m, false)
		}
	}
	// The authorizer learns of new rights a moment later.
	assert.NoError(t, cluster.Within(5*time.Second, func() error {
		return errors.Join(deviations(t, c, table)...)
	}), "with the rights")
	tooWide(t, c, environment, table)
	proof.Record(t, claim, c.Versions(), 2*len(table), "questions", started)
}

// tooWide plants a binding that gives more, which the table has to notice.
func tooWide(t *testing.T, c *cluster.Cluster, namespace string, table []question) {
	binding := parse(t, fmt.Sprintf(`
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: planted, namespace: %[1]s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: "system:serviceaccount:%[1]s:ef-kubernetes-app"}]
`, namespace))
	apply(t, c, binding, false)
	want := fmt.Sprintf("%[1]s:ef-kubernetes-app: get secrets in %[1]s: allowed", namespace)
	assert.NoError(t, cluster.Within(5*time.Second, func() error {
		found := deviations(t, c, table)
		if slices.ContainsFunc(found, func(err error) bool { return err.Error() == want }) {
			return nil
		}
		return fmt.Errorf("a binding that is too wide is not noticed, only: %v", found)
	}))
}

// A question is whether a ServiceAccount may do something.
type question struct {
	home, account string
	what          string // a verb, and resource.group/subresource
	namespace     string // "" is all of them
	allowed       bool   // what the answer has to be
}

var seven = []string{"get", "list", "watch", "create", "update", "patch", "delete"}

// never are what nodes need not do to find each other.
var never = []string{
	"deletecollection pods", "deletecollection services", "* pods", "get *",
	"create pods/exec", "create pods/attach", "create pods/portforward", "get pods/log", "update pods/status",
	"create pods/eviction", "create pods/binding", "patch pods/ephemeralcontainers", "get services/proxy", "update services/status",
	"get secrets", "list secrets", "get configmaps", "update configmaps", "get endpoints", "get events", "get nodes",
	"get namespaces", "delete namespaces", "get persistentvolumeclaims", "create serviceaccounts/token", "impersonate serviceaccounts",
	"impersonate users", "get statefulsets.apps", "update statefulsets.apps", "update statefulsets.apps/scale", "get leases.coordination.k8s.io",
	"get endpointslices.discovery.k8s.io", "update networkpolicies.networking.k8s.io", "get services.serving.knative.dev", "get pods.metrics.k8s.io",
	"escalate roles.rbac.authorization.k8s.io", "bind clusterroles.rbac.authorization.k8s.io", "create rolebindings.rbac.authorization.k8s.io",
}

// questions are those about an application's account, with what the seed's rights
// answer.
func questions(home, account string, wide bool) (all []question) {
	for _, namespace := range []string{home, "elsewhere", ""} {
		for _, verb := range seven {
			for _, resource := range []string{"services", "pods"} {
				all = append(all, question{home, account, verb + " " + resource, namespace, wide || namespace == home})
			}
		}
		for _, what := range never {
			all = append(all, question{home, account, what, namespace, false})
		}
	}
	return all
}

// strangers are accounts beside the applications': another one of the namespace, and
// another namespace's of the same name.
func strangers(home string) (all []question) {
	for _, verb := range seven {
		for _, resource := range []string{"services", "pods"} {
			all = append(all, question{home, "default", verb + " " + resource, home, false},
				question{"elsewhere", "ef-kubernetes-app", verb + " " + resource, home, false})
		}
	}
	return all
}

// deviations are the questions that the API server answers otherwise.
func deviations(t *testing.T, c *cluster.Cluster, table []question) (found []error) {
	t.Helper()
	client, err := authorization.NewForConfig(c.Config)
	require.NoError(t, err)
	for _, q := range table {
		answer, err := client.SubjectAccessReviews().Create(t.Context(), q.review(), metav1.CreateOptions{})
		require.NoError(t, err)
		if answer.Status.Allowed != q.allowed {
			found = append(found, q.deviation())
		}
	}
	return found
}

func (q question) deviation() error {
	where, answer := "in "+q.namespace, "denied"
	if q.namespace == "" {
		where = "everywhere"
	}
	if !q.allowed {
		answer = "allowed"
	}
	return fmt.Errorf("%s:%s: %s %s: %s", q.home, q.account, q.what, where, answer)
}

// review is the question in Kubernetes' form. The groups are those that the token of a
// ServiceAccount stands for.
func (q question) review() *authorizationv1.SubjectAccessReview {
	verb, what, _ := strings.Cut(q.what, " ")
	what, subresource, _ := strings.Cut(what, "/")
	resource, group, _ := strings.Cut(what, ".")
	return &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User:   "system:serviceaccount:" + q.home + ":" + q.account,
		Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + q.home, "system:authenticated"},
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Verb: verb, Group: group, Resource: resource, Subresource: subresource, Namespace: q.namespace,
		},
	}}
}
