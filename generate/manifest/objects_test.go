package manifest_test

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// objects are a dozen objects as one application needs them.
func objects() []any {
	return []any{
		&corev1.Namespace{TypeMeta: typed("v1", "Namespace"), ObjectMeta: metav1.ObjectMeta{
			Name: "production", Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
		}},
		&corev1.ServiceAccount{TypeMeta: typed("v1", "ServiceAccount"), ObjectMeta: named("flow")},
		role(), roleBinding(),
		configuration(),
		&corev1.ConfigMap{
			TypeMeta: typed("v1", "ConfigMap"), ObjectMeta: named("flow-resources"),
			Data:       map[string]string{"logback-test.xml": "<configuration>\n\t<root level=\"INFO\"/>\n</configuration>"},
			BinaryData: map[string][]byte{"logo.png": {0x89, 'P', 'N', 'G', 0}},
		},
		statefulSet(),
		service("flow", corev1.ClusterIPNone), service("flow-client", ""),
		ingress(), networkPolicy(),
		&policyv1.PodDisruptionBudget{
			TypeMeta: typed("policy/v1", "PodDisruptionBudget"), ObjectMeta: named("flow"),
			Spec: policyv1.PodDisruptionBudgetSpec{
				MaxUnavailable: new(intstr.FromInt32(1)), Selector: selector(),
				UnhealthyPodEvictionPolicy: new(policyv1.AlwaysAllow),
			},
		},
	}
}

func typed(apiVersion, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: apiVersion, Kind: kind}
}

func named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: "production", Labels: map[string]string{
		"app.kubernetes.io/name": "flow", "app.kubernetes.io/component": "streaming",
		"app.kubernetes.io/part-of": "production", "app.kubernetes.io/managed-by": "efgen",
	}}
}

func selector() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"app": "flow"}}
}

func role() *rbacv1.ClusterRole {
	return &rbacv1.ClusterRole{
		TypeMeta: typed("rbac.authorization.k8s.io/v1", "ClusterRole"), ObjectMeta: metav1.ObjectMeta{Name: "service-update-production"},
		Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{""}, Resources: []string{"services", "pods"},
			Verbs: []string{"get", "list", "watch", "create", "update", "patch", "delete"},
		}},
	}
}

func roleBinding() *rbacv1.ClusterRoleBinding {
	return &rbacv1.ClusterRoleBinding{
		TypeMeta: typed("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"), ObjectMeta: metav1.ObjectMeta{Name: "service-update-production"},
		Subjects: []rbacv1.Subject{{
			Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "system:serviceaccount:production:flow",
		}},
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "service-update-production"},
	}
}

func configuration() *corev1.ConfigMap {
	return &corev1.ConfigMap{
		TypeMeta: typed("v1", "ConfigMap"), ObjectMeta: named("flow-configuration"),
		Data: map[string]string{
			"node.conf": "name = \"flow\"\ntype = \"com.tibco.ep.dtm.configuration.node\"\n" +
				"configuration = {\n  NodeDeploy = {\n    nodes = {\n      \"${EP_NODE_NAME}\" = {}\n    }\n  }\n}\n",
			"substitutions": "DEFAULT_ROUTE=10.1.0.1\n",
		},
	}
}

func statefulSet() *appsv1.StatefulSet {
	return &appsv1.StatefulSet{
		TypeMeta: typed("apps/v1", "StatefulSet"), ObjectMeta: named("flow"),
		Spec: appsv1.StatefulSetSpec{
			Replicas: new(int32(3)), Selector: selector(), ServiceName: "flow",
			PodManagementPolicy: appsv1.ParallelPodManagement, MinReadySeconds: 30,
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{
					Labels:      map[string]string{"app": "flow"},
					Annotations: map[string]string{"efgen.io/configuration-sha256": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
				},
				Spec: podSpec(),
			},
			VolumeClaimTemplates: []corev1.PersistentVolumeClaim{{
				ObjectMeta: metav1.ObjectMeta{Name: "data"},
				Spec: corev1.PersistentVolumeClaimSpec{
					AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
					Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{"storage": resource.MustParse("10Gi")}},
				},
			}},
		},
	}
}

func podSpec() corev1.PodSpec {
	return corev1.PodSpec{
		ServiceAccountName: "flow", TerminationGracePeriodSeconds: new(int64(120)),
		SecurityContext: &corev1.PodSecurityContext{
			RunAsNonRoot: new(true), RunAsUser: new(int64(1000)),
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
		Containers: []corev1.Container{container()},
		Volumes: []corev1.Volume{
			{Name: "configuration", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
				LocalObjectReference: corev1.LocalObjectReference{Name: "flow-configuration"},
			}}},
			{Name: "scratch", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
		},
		TopologySpreadConstraints: []corev1.TopologySpreadConstraint{{
			MaxSkew: 1, TopologyKey: corev1.LabelHostname, WhenUnsatisfiable: corev1.ScheduleAnyway, LabelSelector: selector(),
		}},
	}
}

func container() corev1.Container {
	return corev1.Container{
		Name: "flow", Image: "server.example.com:2001/flow:1.0.0", TTY: true,
		Ports: []corev1.ContainerPort{{Name: "web", ContainerPort: 8008}, {Name: "sb", ContainerPort: 10000}},
		Env: []corev1.EnvVar{
			{Name: "POD_NAME", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}},
			{Name: "STREAMING_NODENAME", Value: "$(POD_NAME).$(POD_NAMESPACE).$(APPNAME)"},
			{Name: "STREAMING_ADMINPORT", Value: "2000"},
			{Name: "STREAMING_DEBUG", Value: "no"},
		},
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{"cpu": resource.MustParse("500m"), "memory": resource.MustParse("2048Mi")},
			Limits:   corev1.ResourceList{"cpu": resource.MustParse("2"), "memory": resource.MustParse("2Gi")},
		},
		ReadinessProbe: &corev1.Probe{
			ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{
				Path: "/healthcheck/v1/status", Port: intstr.FromString("web"),
			}},
			InitialDelaySeconds: 60, PeriodSeconds: 10,
		},
		Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{
			Command: []string{"/bin/sh", "-c", "epadmin stop node\nkill -- -1 # PID 1 ignores SIGTERM\nexit 0\n"},
		}}},
		VolumeMounts: []corev1.VolumeMount{{Name: "configuration", MountPath: "/var/opt/tibco/streambase/configuration"}},
	}
}

func service(name, clusterIP string) *corev1.Service {
	return &corev1.Service{
		TypeMeta: typed("v1", "Service"), ObjectMeta: named(name),
		Spec: corev1.ServiceSpec{
			ClusterIP: clusterIP, Selector: map[string]string{"app": "flow"},
			Ports: []corev1.ServicePort{
				{Name: "web", Port: 8008, TargetPort: intstr.FromString("web")},
				{Name: "sb", Port: 10000, TargetPort: intstr.FromInt32(10000)},
			},
		},
	}
}

func ingress() *networkingv1.Ingress {
	return &networkingv1.Ingress{
		TypeMeta: typed("networking.k8s.io/v1", "Ingress"), ObjectMeta: named("flow"),
		Spec: networkingv1.IngressSpec{
			IngressClassName: new("nginx"),
			TLS:              []networkingv1.IngressTLS{{Hosts: []string{"flow.example.com"}, SecretName: "flow-tls"}},
			Rules: []networkingv1.IngressRule{{Host: "flow.example.com", IngressRuleValue: networkingv1.IngressRuleValue{
				HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{
					Path: "/", PathType: new(networkingv1.PathTypePrefix),
					Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
						Name: "flow-client", Port: networkingv1.ServiceBackendPort{Name: "web"},
					}},
				}}},
			}}},
		},
	}
}

func networkPolicy() *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{
		TypeMeta: typed("networking.k8s.io/v1", "NetworkPolicy"), ObjectMeta: named("flow"),
		Spec: networkingv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{}, PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress},
			Ingress: []networkingv1.NetworkPolicyIngressRule{
				{From: []networkingv1.NetworkPolicyPeer{{PodSelector: selector()}}},
				{Ports: []networkingv1.NetworkPolicyPort{{Port: new(intstr.FromInt32(8008))}}},
				{},
			},
		},
	}
}
