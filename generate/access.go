package generate

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// addAccess adds the objects that let clients in or keep them out.
func (r *renderer) addAccess(w *workload) {
	if w.Ingress != nil {
		addObject(r, w.path(fileName("Ingress")), w.ingress())
	}
	if w.Route != nil {
		addObject(r, w.path(fileName("Route")), w.route())
	}
	if w.NetworkPolicy.On != nil {
		addObject(r, w.path(fileName("NetworkPolicy")), w.networkPolicy())
	}
}

func (w *workload) ingress() *networkingv1.Ingress {
	settings := w.Ingress
	ingress := &networkingv1.Ingress{
		TypeMeta:   typeMeta("networking.k8s.io/v1", "Ingress"),
		ObjectMeta: w.workloadMeta(w.name),
		Spec: networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{{
			Host: settings.Host,
			IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
				Paths: []networkingv1.HTTPIngressPath{{
					Path:     settings.Path,
					PathType: new(networkingv1.PathTypePrefix),
					Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
						Name: w.clientService,
						Port: networkingv1.ServiceBackendPort{Name: settings.Port},
					}},
				}},
			}},
		}}},
	}
	if settings.ClassName != "" {
		ingress.Spec.IngressClassName = &settings.ClassName
	}
	if settings.TLS != nil {
		ingress.Spec.TLS = []networkingv1.IngressTLS{{Hosts: []string{settings.Host}, SecretName: settings.TLS.SecretName}}
	}
	return ingress
}

// openShiftRoute is the part of a route.openshift.io/v1 Route that efgen writes.
type openShiftRoute struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              openShiftRouteSpec `json:"spec"`
}

type openShiftRouteSpec struct {
	Host string               `json:"host,omitempty"`
	To   openShiftRouteTarget `json:"to"`
	Port openShiftRoutePort   `json:"port"`
	TLS  *openShiftRouteTLS   `json:"tls,omitempty"`
}

type openShiftRouteTarget struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Weight int32  `json:"weight"`
}

type openShiftRoutePort struct {
	TargetPort string `json:"targetPort"`
}

type openShiftRouteTLS struct {
	Termination string `json:"termination"`
}

func (w *workload) route() *openShiftRoute {
	route := &openShiftRoute{
		TypeMeta:   typeMeta("route.openshift.io/v1", "Route"),
		ObjectMeta: w.workloadMeta(w.name),
		Spec: openShiftRouteSpec{
			Host: w.Route.Host,
			// 100 is what the API server fills in: left out, a controller would see a difference for ever.
			To:   openShiftRouteTarget{Kind: "Service", Name: w.clientService, Weight: 100},
			Port: openShiftRoutePort{TargetPort: w.Route.Port},
		},
	}
	if w.Route.TLS != nil {
		route.Spec.TLS = &openShiftRouteTLS{Termination: "edge"}
	}
	return route
}

// networkPolicy lets trusted nodes reach every port, and clients only those ports that are
// declared. The kubelet's probes pass anyway.
func (w *workload) networkPolicy() *networkingv1.NetworkPolicy {
	tcp := new(corev1.ProtocolTCP)
	var clientPorts []networkingv1.NetworkPolicyPort
	for _, port := range w.ports {
		clientPorts = append(clientPorts, networkingv1.NetworkPolicyPort{Protocol: tcp, Port: new(intstr.FromInt32(port.Port))})
	}
	return &networkingv1.NetworkPolicy{
		TypeMeta:   typeMeta("networking.k8s.io/v1", "NetworkPolicy"),
		ObjectMeta: w.workloadMeta(w.name),
		Spec: networkingv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchLabels: w.selector()},
			Ingress: []networkingv1.NetworkPolicyIngressRule{
				{Ports: []networkingv1.NetworkPolicyPort{{Protocol: tcp}}, From: w.trustedNodes()},
				{Ports: clientPorts, From: w.NetworkPolicy.On.IngressFrom},
			},
			PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress},
		},
	}
}

func (a *application) disruptionBudget() *policyv1.PodDisruptionBudget {
	return &policyv1.PodDisruptionBudget{
		TypeMeta:   typeMeta("policy/v1", "PodDisruptionBudget"),
		ObjectMeta: a.workloadMeta(a.name),
		Spec: policyv1.PodDisruptionBudgetSpec{
			Selector:       &metav1.LabelSelector{MatchLabels: a.selector()},
			MaxUnavailable: a.app.DisruptionBudget.On.MaxUnavailable,
			// Up to 11.1.1 a node that could not start runs on and is never
			// ready; it would block every drain of its worker.
			UnhealthyPodEvictionPolicy: new(policyv1.AlwaysAllow),
		},
	}
}
