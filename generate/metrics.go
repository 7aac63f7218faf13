package generate

import (
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// metricsLabel marks the Service by which Prometheus finds the nodes. The headless Service
// lacks it, or every node would be read twice.
const metricsLabel = "efgen.io/metrics"

// serviceMonitor is the part of a monitoring.coreos.com/v1 ServiceMonitor that efgen writes.
type serviceMonitor struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              serviceMonitorSpec `json:"spec"`
}

type serviceMonitorSpec struct {
	Endpoints []serviceMonitorEndpoint `json:"endpoints"`
	Selector  metav1.LabelSelector     `json:"selector"`
}

type serviceMonitorEndpoint struct {
	Port     string `json:"port"`
	Path     string `json:"path"`
	Interval string `json:"interval"`
}

func (a *application) serviceMonitor() *serviceMonitor {
	settings := a.app.Metrics
	meta := a.workloadMeta(a.name)
	maps.Copy(meta.Labels, settings.Labels)
	return &serviceMonitor{
		TypeMeta:   typeMeta("monitoring.coreos.com/v1", "ServiceMonitor"),
		ObjectMeta: meta,
		Spec: serviceMonitorSpec{
			Endpoints: []serviceMonitorEndpoint{{Port: settings.Port, Path: settings.Path, Interval: settings.Interval}},
			Selector:  metav1.LabelSelector{MatchLabels: map[string]string{metricsLabel: a.name}},
		},
	}
}
