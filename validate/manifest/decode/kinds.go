package decode

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
)

// OpenShiftRBAC is the apiVersion of OpenShift's own RBAC, which is Kubernetes' but for a
// few fields: New gives Kubernetes' types for it.
const OpenShiftRBAC = "authorization.openshift.io/v1"

// kinds are those that somebody looks into.
var kinds = map[string]func() any{
	"v1/ConfigMap":             func() any { return new(corev1.ConfigMap) },
	"v1/LimitRange":            func() any { return new(corev1.LimitRange) },
	"v1/Namespace":             func() any { return new(corev1.Namespace) },
	"v1/PersistentVolumeClaim": func() any { return new(corev1.PersistentVolumeClaim) },
	"v1/Pod":                   func() any { return new(corev1.Pod) },
	"v1/ResourceQuota":         func() any { return new(corev1.ResourceQuota) },
	"v1/Secret":                func() any { return new(corev1.Secret) },
	"v1/Service":               func() any { return new(corev1.Service) },
	"v1/ServiceAccount":        func() any { return new(corev1.ServiceAccount) },

	"apps/v1/DaemonSet":   func() any { return new(appsv1.DaemonSet) },
	"apps/v1/Deployment":  func() any { return new(appsv1.Deployment) },
	"apps/v1/ReplicaSet":  func() any { return new(appsv1.ReplicaSet) },
	"apps/v1/StatefulSet": func() any { return new(appsv1.StatefulSet) },
	"batch/v1/CronJob":    func() any { return new(batchv1.CronJob) },
	"batch/v1/Job":        func() any { return new(batchv1.Job) },

	"autoscaling/v2/HorizontalPodAutoscaler": func() any { return new(autoscalingv2.HorizontalPodAutoscaler) },

	"networking.k8s.io/v1/Ingress":       func() any { return new(networkingv1.Ingress) },
	"networking.k8s.io/v1/NetworkPolicy": func() any { return new(networkingv1.NetworkPolicy) },
	"policy/v1/PodDisruptionBudget":      func() any { return new(policyv1.PodDisruptionBudget) },

	"scheduling.k8s.io/v1/PriorityClass": func() any { return new(schedulingv1.PriorityClass) },
	"storage.k8s.io/v1/StorageClass":     func() any { return new(storagev1.StorageClass) },

	"rbac.authorization.k8s.io/v1/ClusterRole":        func() any { return new(rbacv1.ClusterRole) },
	"rbac.authorization.k8s.io/v1/ClusterRoleBinding": func() any { return new(rbacv1.ClusterRoleBinding) },
	"rbac.authorization.k8s.io/v1/Role":               func() any { return new(rbacv1.Role) },
	"rbac.authorization.k8s.io/v1/RoleBinding":        func() any { return new(rbacv1.RoleBinding) },

	OpenShiftRBAC + "/ClusterRole":        func() any { return new(rbacv1.ClusterRole) },
	OpenShiftRBAC + "/ClusterRoleBinding": func() any { return new(rbacv1.ClusterRoleBinding) },
	OpenShiftRBAC + "/Role":               func() any { return new(rbacv1.Role) },
	OpenShiftRBAC + "/RoleBinding":        func() any { return new(rbacv1.RoleBinding) },
}

// New returns a pointer to an empty object of a kind, nil for a kind that nobody looks into.
func New(apiVersion, kind string) any {
	if prototype, known := kinds[apiVersion+"/"+kind]; known {
		return prototype()
	}
	return nil
}
