package manifest

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// A Probe of a container, with its field path.
type Probe struct {
	*corev1.Probe
	Field string
}

// Probes are those that the container has: startup, readiness, liveness.
func (c Container) Probes() (all []Probe) {
	for _, probe := range []Probe{{c.StartupProbe, "startupProbe"}, {c.ReadinessProbe, "readinessProbe"}, {c.LivenessProbe, "livenessProbe"}} {
		if probe.Probe != nil {
			probe.Field = c.Field + "." + probe.Field
			all = append(all, probe)
		}
	}
	return all
}

// Port is the one that the probe uses, with its field path; nil if it uses none.
func (p Probe) Port() (*intstr.IntOrString, string) {
	switch {
	case p.HTTPGet != nil:
		return &p.HTTPGet.Port, p.Field + ".httpGet.port"
	case p.TCPSocket != nil:
		return &p.TCPSocket.Port, p.Field + ".tcpSocket.port"
	}
	return nil, ""
}
