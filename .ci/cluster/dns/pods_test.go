package dns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/efgen/efgen/.ci/cluster"
)

// A pod runs a node.
type pod struct {
	of            *application
	name, address string
	// services is how many Services select it.
	services int
	// names are what its address was answered with.
	names []string
}

// running applies the environments, plays the kubelet for their pods, and makes the Services that the
// nodes would make for themselves.
func running(t *testing.T, c *cluster.Cluster, all []*environment) (pods []*pod) {
	t.Helper()
	client, err := kubernetes.NewForConfig(c.Config)
	require.NoError(t, err)
	addWorker(t, client)
	_, err = client.SchedulingV1().PriorityClasses().Create(t.Context(), &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: "streaming"}, Value: 1000}, metav1.CreateOptions{})
	require.NoError(t, err)
	for _, e := range all {
		for _, m := range e.manifests {
			_, err := c.Apply(t.Context(), m, false)
			require.NoError(t, err)
		}
	}
	for _, e := range all {
		for _, a := range e.applications {
			for _, made := range a.made(t, client) {
				p := &pod{of: a, name: made.Name, address: fmt.Sprintf("10.1.%d.%d", len(pods)/250, 1+len(pods)%250)}
				p.start(t, client)
				if !a.isMonitor { // which finds its nodes otherwise
					p.discover(t, client)
				}
				p.services = behind(t, client, made)
				pods = append(pods, p)
			}
		}
	}
	return pods
}

const worker = "worker"

// addWorker makes the worker that all pods run on.
func addWorker(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	_, err := client.CoreV1().Nodes().Create(t.Context(), &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: worker}, Status: corev1.NodeStatus{
		Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, LastHeartbeatTime: metav1.Now()}},
	}}, metav1.CreateOptions{})
	require.NoError(t, err)
}

// made are the pods of an application once its StatefulSet's controller has made all of them.
func (a *application) made(t *testing.T, client kubernetes.Interface) (pods []corev1.Pod) {
	t.Helper()
	namespace := a.environment.namespace
	require.NoError(t, cluster.Within(limit, func() error {
		set, err := client.AppsV1().StatefulSets(namespace).Get(t.Context(), a.name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		list, err := client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(set.Spec.Selector)})
		if err != nil {
			return err
		}
		if pods = list.Items; len(pods) != int(*set.Spec.Replicas) {
			return fmt.Errorf("there are %d pods of %s, not %d", len(pods), a, *set.Spec.Replicas)
		}
		return nil
	}))
	require.NotEmpty(t, pods)
	return pods
}

// start does what scheduler and kubelet do: a worker, an address, and a pod that is Ready.
func (p *pod) start(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	pods := client.CoreV1().Pods(p.of.environment.namespace)
	require.NoError(t, pods.Bind(t.Context(), &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Name: p.name}, Target: corev1.ObjectReference{Kind: "Node", Name: worker}}, metav1.CreateOptions{}))
	const ready = `{"status": {"phase": "Running", "podIP": %[1]q, "podIPs": [{"ip": %[1]q}], "conditions": [{"type": "Ready", "status": "True"}]}}`
	_, err := pods.Patch(t.Context(), p.name, types.StrategicMergePatchType, fmt.Appendf(nil, ready, p.address), metav1.PatchOptions{}, "status")
	require.NoError(t, err)
}

// discover makes the Service that the node in a pod makes for itself, in Kubernetes' way: named
// as the node, without the dashes that the start script strips, and with dashes for dots.
func (p *pod) discover(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	namespace := p.of.environment.namespace
	node := strings.ReplaceAll(p.name+"."+namespace+"."+p.of.name, "-", "")
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{
			Name: strings.ReplaceAll(node, ".", "-"), Labels: map[string]string{"discovery.ep.tibco.com/streaming-node-service": ""},
		},
		Spec: corev1.ServiceSpec{
			Selector: map[string]string{"statefulset.kubernetes.io/pod-name": p.name},
			Ports:    []corev1.ServicePort{{Name: "admin", Port: 2000}, {Name: "http", Port: 80}},
		},
	}
	_, err := client.CoreV1().Services(namespace).Create(t.Context(), service, metav1.CreateOptions{})
	require.NoError(t, err)
}

// behind is how many Services a pod is behind.
func behind(t *testing.T, client kubernetes.Interface, p corev1.Pod) (count int) {
	t.Helper()
	services, err := client.CoreV1().Services(p.Namespace).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	for _, service := range services.Items {
		if labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(p.Labels)) {
			count++
		}
	}
	return count
}
