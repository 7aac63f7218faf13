package apiserver

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/parts"
	"github.com/efgen/efgen/.ci/cluster/proof"
)

// limit is how long pods may take to get where they have to be.
const limit = 2 * time.Minute

// TestRunning runs production, without what is in its containers, and changes the
// configuration of one of its applications.
func TestRunning(t *testing.T) {
	c := cluster.Start(t, cluster.Options{Controllers: true, Workers: 3})
	prepare(t, c)
	client, err := kubernetes.NewForConfig(c.Config)
	require.NoError(t, err)
	efgen := cluster.BuildEfgen(t)
	dir := t.TempDir()
	copyOfProduction(t, dir)
	efgen.Run(t, dir, 0, "generate", "--env", "production")

	started := time.Now()
	kubectlApply(t, c, dir)
	pods := ready(t, client, production)
	budgets(t, client)
	endpoints(t, client)
	proof.Record(t, "all pods of production become Ready", c.Versions(), len(pods), "pods", started)

	started = time.Now()
	environment := filepath.Join(dir, "environments/production.yaml")
	edit(t, environment, "feed.example.com", "feed-2.example.com")
	efgen.Run(t, dir, 0, "generate", "--env", "production")
	kubectlApply(t, c, dir)
	restarted := rolled(t, client, pods)
	proof.Record(t, "another configuration restarts the pods", c.Versions(), restarted, "pods", started)

	evictions(t, client)

	started = time.Now()
	before := podsOf(t, client)
	edit(t, environment, "\napplications:\n", "\napplications:\n  prices: {replicas: 2, image: {tag: \"1.0.0\"}}\n")
	efgen.Run(t, dir, 0, "generate", "--env", "production")
	kubectlApply(t, c, dir)
	stay := stays(t, client, before)
	proof.Record(t, "one more application restarts no pod of another", c.Versions(), stay, "pods", started)
}

// production is how many pods each StatefulSet has.
var production = map[string]int32{"ef-kubernetes-app": 3, "lv-orders": 2, "clustermonitor": 1}

// stays waits until one more application runs, and sees that the pods before it are the same, and that
// nothing is to change in their StatefulSets.
func stays(t *testing.T, client kubernetes.Interface, before map[string]corev1.Pod) int {
	t.Helper()
	more := maps.Clone(production)
	more["prices"] = 2
	after := ready(t, client, more)
	assert.Len(t, after, len(before)+2)
	for name, pod := range before {
		assert.Equal(t, pod.UID, after[name].UID, "%s has restarted", name)
		assert.Equal(t, pod.Labels[appsv1.ControllerRevisionHashLabelKey], after[name].Labels[appsv1.ControllerRevisionHashLabelKey], name)
	}
	return len(before)
}

// copyOfProduction is the environment as it is committed, but for the half minute that
// partitions take to migrate after a pod is Ready: nothing migrates here.
func copyOfProduction(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "environments"), os.DirFS(filepath.Join(parts.Repository(), "environments"))))
	edit(t, filepath.Join(dir, "environments/_base.yaml"), "\ndefaults:\n", "\ndefaults:\n  minReadySeconds: 1\n")
}

func edit(t *testing.T, path, old, new string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), old)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), old, new, 1)), 0o600))
}

// kubectlApply does what the README says.
func kubectlApply(t *testing.T, c *cluster.Cluster, dir string) {
	t.Helper()
	kubectl, err := parts.Binary("kubectl")
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), kubectl, "apply", "--server-side", "--force-conflicts", "-k", "out/production")
	cmd.Dir, cmd.Env = dir, []string{"KUBECONFIG=" + c.Kubeconfig, "HOME=" + dir}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

const namespace = "production"

// ready waits until all pods of all StatefulSets are Ready, and returns them by name.
func ready(t *testing.T, client kubernetes.Interface, want map[string]int32) map[string]corev1.Pod {
	t.Helper()
	require.NoError(t, cluster.Within(limit, func() error {
		sets, err := client.AppsV1().StatefulSets(namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		found := map[string]int32{}
		for _, set := range sets.Items {
			if settled(set) {
				found[set.Name] = set.Status.ReadyReplicas
			}
		}
		return differs(want, found)
	}))
	return podsOf(t, client)
}

// settled is whether the controller has done all that the StatefulSet asks for.
func settled(set appsv1.StatefulSet) bool {
	s := set.Status
	return s.ObservedGeneration == set.Generation && s.UpdateRevision == s.CurrentRevision &&
		s.UpdatedReplicas == *set.Spec.Replicas && s.AvailableReplicas == *set.Spec.Replicas
}

func differs(want, found any) error {
	if assert.ObjectsAreEqual(want, found) {
		return nil
	}
	return fmt.Errorf("want %v, found %v", want, found)
}

func podsOf(t *testing.T, client kubernetes.Interface) map[string]corev1.Pod {
	t.Helper()
	list, err := client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	pods := map[string]corev1.Pod{}
	for _, pod := range list.Items {
		pods[pod.Name] = pod
	}
	return pods
}

// budgets let one pod of each application go.
func budgets(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	want := map[string]string{"ef-kubernetes-app": "1 of 3", "lv-orders": "1 of 2"}
	assert.NoError(t, cluster.Within(limit, func() error {
		list, err := client.PolicyV1().PodDisruptionBudgets(namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		found := map[string]string{}
		for _, budget := range list.Items {
			found[budget.Name] = fmt.Sprintf("%d of %d", budget.Status.DisruptionsAllowed, budget.Status.CurrentHealthy)
		}
		return differs(want, found)
	}))
}

// endpoints are the pods behind every Service.
func endpoints(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	want := map[string]int{
		"ef-kubernetes-app": 3, "ef-kubernetes-app-client": 3, "lv-orders": 2, "lv-orders-client": 2, "clustermonitor": 1,
	}
	assert.NoError(t, cluster.Within(limit, func() error {
		list, err := client.DiscoveryV1().EndpointSlices(namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		found := map[string]int{}
		for _, slice := range list.Items {
			found[slice.Labels[discoveryv1.LabelServiceName]] += len(slice.Endpoints)
		}
		return differs(want, found)
	}))
}

// rolled waits until the pods of the application whose configuration has changed are
// others, with the ConfigMap's new sum, and all else as before. It sees that nodes go
// one at a time, as review says.
func rolled(t *testing.T, client kubernetes.Interface, before map[string]corev1.Pod) (restarted int) {
	t.Helper()
	const changed, sum = "ef-kubernetes-app", "efgen.io/configuration-sha256"
	require.NoError(t, cluster.Within(limit, func() error {
		set, err := client.AppsV1().StatefulSets(namespace).Get(t.Context(), changed, metav1.GetOptions{})
		if err != nil {
			return err
		}
		assert.GreaterOrEqual(t, set.Status.ReadyReplicas, int32(2), "more than one node is gone")
		if !settled(*set) {
			return fmt.Errorf("the StatefulSet is not settled: %+v", set.Status)
		}
		return nil
	}))
	for name, pod := range podsOf(t, client) {
		if !strings.HasPrefix(name, changed) {
			assert.Equal(t, before[name].UID, pod.UID, "%s has restarted", name)
			continue
		}
		assert.NotEqual(t, before[name].UID, pod.UID, "%s has not restarted", name)
		assert.NotEqual(t, before[name].Annotations[sum], pod.Annotations[sum], name)
		restarted++
	}
	return restarted
}

// evictions are what a drain asks for: the budget lets one pod go, and no second one as
// long as the first is not replaced. A finalizer keeps it from being that too soon.
func evictions(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	budgets(t, client)
	evict := func(name string) error {
		return client.PolicyV1().Evictions(namespace).Evict(t.Context(), &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace}})
	}
	hold := func(finalizers string) {
		patch := fmt.Appendf(nil, `{"metadata": {"finalizers": %s}}`, finalizers)
		_, err := client.CoreV1().Pods(namespace).Patch(t.Context(), "ef-kubernetes-app-0", types.MergePatchType, patch, metav1.PatchOptions{})
		require.NoError(t, err)
	}
	hold(`["example.com/held"]`)
	assert.NoError(t, evict("ef-kubernetes-app-0"))
	err := evict("ef-kubernetes-app-1")
	assert.True(t, apierrors.IsTooManyRequests(err), "a second node may go: %v", err)
	hold("null")
	ready(t, client, production)
}
