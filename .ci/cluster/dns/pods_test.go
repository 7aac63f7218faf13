package dns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
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

// running applies the environments, waits until all their pods are Ready, and makes the
// Services that the nodes would make for themselves.
func running(t *testing.T, c *cluster.Cluster, all []*environment) (pods []*pod) {
	t.Helper()
	client, err := kubernetes.NewForConfig(c.Config)
	require.NoError(t, err)
	_, err = client.SchedulingV1().PriorityClasses().Create(t.Context(), &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: "streaming"}, Value: 1000}, metav1.CreateOptions{})
	require.NoError(t, err)
	for _, e := range all {
		for _, m := range e.manifests {
			_, err := c.Apply(t.Context(), m, false)
			require.NoError(t, err)
		}
	}
	addresses := map[string]bool{}
	for _, e := range all {
		for _, a := range e.applications {
			for _, ready := range a.ready(t, client) {
				p := &pod{of: a, name: ready.Name, address: ready.Status.PodIP}
				assert.False(t, addresses[p.address], "%s has the address %s of another pod", p.name, p.address)
				addresses[p.address] = true
				if !a.isMonitor { // which finds its nodes otherwise
					p.discover(t, client)
				}
				p.services = behind(t, client, ready)
				pods = append(pods, p)
			}
		}
	}
	return pods
}

// ready are the pods of an application once all of them are Ready.
func (a *application) ready(t *testing.T, client kubernetes.Interface) (pods []corev1.Pod) {
	t.Helper()
	namespace := a.environment.namespace
	require.NoError(t, cluster.Within(limit, func() error {
		set, err := client.AppsV1().StatefulSets(namespace).Get(t.Context(), a.name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if set.Status.ReadyReplicas != *set.Spec.Replicas {
			return fmt.Errorf("%d pods of %s are ready, not %d", set.Status.ReadyReplicas, a, *set.Spec.Replicas)
		}
		list, err := client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(set.Spec.Selector)})
		if err != nil {
			return err
		}
		pods = list.Items
		return nil
	}))
	require.NotEmpty(t, pods)
	return pods
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
