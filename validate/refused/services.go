package refused

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

func checkService(f *rule.Finder, service *corev1.Service, at manifest.Place) {
	spec, at := &service.Spec, at.Below("spec")
	checkLabels(f, spec.Selector, at.Below("selector"))
	checkServicePorts(f, spec, at.Below("ports"))
	checkClusterIP(f, spec, at)
	outside := spec.Type == corev1.ServiceTypeNodePort || spec.Type == corev1.ServiceTypeLoadBalancer
	balanced := spec.Type == corev1.ServiceTypeLoadBalancer
	for _, field := range []struct {
		name         string
		set, allowed bool
		needs        string
	}{
		{"externalTrafficPolicy", spec.ExternalTrafficPolicy != "", outside || len(spec.ExternalIPs) > 0, "NodePort or LoadBalancer"},
		{"healthCheckNodePort", spec.HealthCheckNodePort != 0, balanced && spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal, "LoadBalancer with externalTrafficPolicy: Local"},
		{"allocateLoadBalancerNodePorts", spec.AllocateLoadBalancerNodePorts != nil, balanced, "LoadBalancer"},
		{"loadBalancerClass", spec.LoadBalancerClass != nil, balanced, "LoadBalancer"},
		{"loadBalancerSourceRanges", len(spec.LoadBalancerSourceRanges) > 0, balanced, "LoadBalancer"},
	} {
		if field.set && !field.allowed {
			f.Report(at.Below(field.name), "leave it out, or use type: "+field.needs, "%s is set in a Service of type %s", field.name, typeOf(spec))
		}
	}
	for i, network := range spec.LoadBalancerSourceRanges {
		checkCIDR(f, network, at.Below("loadBalancerSourceRanges").Item(i))
	}
}

func typeOf(spec *corev1.ServiceSpec) corev1.ServiceType {
	if spec.Type == "" {
		return corev1.ServiceTypeClusterIP
	}
	return spec.Type
}

func checkServicePorts(f *rule.Finder, spec *corev1.ServiceSpec, at manifest.Place) {
	if len(spec.Ports) == 0 && spec.Type != corev1.ServiceTypeExternalName && spec.ClusterIP != corev1.ClusterIPNone {
		f.Report(at, "add a port", "the Service has no ports")
	}
	for i, port := range spec.Ports {
		where := at.Item(i)
		if port.Name == "" && len(spec.Ports) > 1 {
			f.Report(where.Below("name"), "name each port", "a Service with several ports must name each")
		}
		if port.NodePort != 0 && typeOf(spec) != corev1.ServiceTypeNodePort && spec.Type != corev1.ServiceTypeLoadBalancer {
			f.Report(where.Below("nodePort"), "leave it out, or use type: NodePort", "nodePort is set in a Service of type %s", typeOf(spec))
		}
		if port.TargetPort.IntVal != 0 || port.TargetPort.StrVal != "" {
			checkTarget(f, &port.TargetPort, where.Below("targetPort"))
		}
	}
}

func checkClusterIP(f *rule.Finder, spec *corev1.ServiceSpec, at manifest.Place) {
	ip, where := spec.ClusterIP, at.Below("clusterIP")
	switch spec.Type {
	case corev1.ServiceTypeExternalName:
		if ip != "" {
			f.Report(where, "leave it out", "clusterIP is set in a Service of type ExternalName")
		}
		if spec.ExternalName == "" {
			f.Report(at.Below("externalName"), "name the DNS name that the Service stands for", "externalName is empty")
		}
		return
	case corev1.ServiceTypeNodePort, corev1.ServiceTypeLoadBalancer:
		if ip == corev1.ClusterIPNone {
			f.Report(where, "use type: ClusterIP, or leave it out", "clusterIP is None in a Service of type %s", spec.Type)
		}
	}
	if ip != "" && ip != corev1.ClusterIPNone {
		address.check(f, ip, where)
	}
}
