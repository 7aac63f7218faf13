package generate

import (
	corev1 "k8s.io/api/core/v1"
)

// clientServiceName names the Service for clients; the application's own name
// belongs to the headless one.
func clientServiceName(application string) string { return application + "-client" }

// headlessService governs the StatefulSet: with it every pod has a DNS name,
// which is what the trusted hosts of security.conf match. Nodes look each
// other up before they are ready.
func (a *application) headlessService() *corev1.Service {
	return &corev1.Service{
		TypeMeta:   typeMeta("v1", "Service"),
		ObjectMeta: a.workloadMeta(a.name),
		Spec: corev1.ServiceSpec{
			Ports:                    a.servicePorts(),
			Selector:                 a.selector(),
			ClusterIP:                corev1.ClusterIPNone,
			PublishNotReadyAddresses: true,
		},
	}
}

// exposedService is the Service that clients use.
func (w *workload) exposedService() *corev1.Service {
	settings := w.Service.On
	service := &corev1.Service{
		TypeMeta:   typeMeta("v1", "Service"),
		ObjectMeta: w.workloadMeta(w.clientService),
		Spec: corev1.ServiceSpec{
			Ports:    w.servicePorts(),
			Selector: w.selector(),
			Type:     corev1.ServiceType(settings.Type),
		},
	}
	service.Spec.Ports[0].NodePort = settings.NodePort
	for i, port := range w.ports[1:] {
		service.Spec.Ports[i+1].NodePort = port.NodePort
	}
	annotate(&service.ObjectMeta, settings.Annotations)
	return service
}
