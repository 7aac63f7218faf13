package generate

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/generate/config"
)

// The web port of the cluster monitor, as the vendor names and numbers it.
const (
	monitorPortName = "lvweb"
	monitorPort     = 11080
)

func monitorWorkload(env *config.Environment, monitor *config.ClusterMonitor) *workload {
	return &workload{
		Workload:      &monitor.Workload,
		env:           env,
		name:          monitorName,
		component:     componentMonitor,
		clientService: monitorName,
		ports:         []config.Port{{Name: monitorPortName, Port: monitorPort}},
	}
}

// addMonitor makes the cluster monitor as the vendor has it: one Service both
// governs the StatefulSet and serves its clients, since an existing one could
// never be made headless.
func (r *renderer) addMonitor(monitor *config.ClusterMonitor) {
	w := monitorWorkload(r.env, monitor)
	// Its health check is not documented, but it is ready once its web server answers.
	container := corev1.Container{ReadinessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{
		TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromString(monitorPortName)},
	}}}
	r.addServiceAccount(w)
	addObject(r, w.path(fileName("Service")), w.exposedService())
	addObject(r, w.path(fileName("StatefulSet")), &appsv1.StatefulSet{
		TypeMeta:   typeMeta("apps/v1", "StatefulSet"),
		ObjectMeta: w.workloadMeta(w.name),
		Spec: appsv1.StatefulSetSpec{
			Replicas:    new(int32(1)),
			Selector:    &metav1.LabelSelector{MatchLabels: w.selector()},
			Template:    corev1.PodTemplateSpec{ObjectMeta: w.podMeta(), Spec: w.podSpec(container)},
			ServiceName: w.name,
		},
	})
	r.addAccess(w)
}
