// Package judge is Kubernetes' own decoding, defaults and validation of new objects, without
// a server.
package judge

import (
	"k8s.io/apimachinery/pkg/api/meta"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	autoscalingvalidation "k8s.io/kubernetes/pkg/apis/autoscaling/validation"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/policy"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	policyvalidation "k8s.io/kubernetes/pkg/apis/policy/validation"
	"k8s.io/kubernetes/pkg/apis/rbac"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	rbacvalidation "k8s.io/kubernetes/pkg/apis/rbac/validation"
	"k8s.io/kubernetes/pkg/apis/scheduling"
	_ "k8s.io/kubernetes/pkg/apis/scheduling/install"
	schedulingvalidation "k8s.io/kubernetes/pkg/apis/scheduling/validation"
	"k8s.io/kubernetes/pkg/apis/storage"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"
	storagevalidation "k8s.io/kubernetes/pkg/apis/storage/validation"
	"k8s.io/kubernetes/pkg/capabilities"
)

// A Judge judges one object at a time.
type Judge struct{ lenient, strict runtime.Decoder }

// New makes a judge.
func New() Judge {
	// The kubelet's default: privileged containers are a matter of Pod Security.
	capabilities.Setup(true, 0)
	strict := serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict)
	return Judge{legacyscheme.Codecs.UniversalDecoder(), strict.UniversalDecoder()}
}

// Refuses says why the API server would refuse to create an object; nothing if it would not.
func (j Judge) Refuses(object []byte) (reasons []string) {
	decoded, _, err := j.lenient.Decode(object, nil, nil)
	if err != nil {
		return []string{err.Error()}
	}
	errs, known := validate(decoded)
	errs = append(errs, refusedMetadata(decoded)...)
	if !known {
		return []string{"nobody validates this kind: add it to judge.go"}
	}
	for _, err := range errs {
		reasons = append(reasons, err.Error())
	}
	return reasons
}

// validate asks the function that the registry of the kind calls on create.
func validate(object runtime.Object) (errs field.ErrorList, known bool) {
	switch o := object.(type) {
	case *apps.StatefulSet:
		return append(appsvalidation.ValidateStatefulSet(o, optionsOf(&o.Spec.Template)), refusedClaims(o)...), true
	case *apps.Deployment:
		return appsvalidation.ValidateDeployment(o, optionsOf(&o.Spec.Template)), true
	case *apps.DaemonSet:
		return appsvalidation.ValidateDaemonSet(o, optionsOf(&o.Spec.Template)), true
	case *batch.Job:
		selectOwnPods(o)
		options := batchvalidation.JobValidationOptions{PodValidationOptions: optionsOf(&o.Spec.Template), RequirePrefixedLabels: true}
		return batchvalidation.ValidateJob(o, options), true
	case *batch.CronJob:
		job := &batch.Job{ObjectMeta: *o.Spec.JobTemplate.ObjectMeta.DeepCopy(), Spec: *o.Spec.JobTemplate.Spec.DeepCopy()}
		job.Name, job.Namespace = "nightly-1", o.Namespace
		made, _ := validate(job)
		return append(batchvalidation.ValidateCronJobCreate(o, optionsOf(&o.Spec.JobTemplate.Spec.Template)), made...), true
	case *core.Pod:
		return corevalidation.ValidatePodCreate(o, podutil.GetValidationOptionsFromPodSpecAndMeta(&o.Spec, nil, &o.ObjectMeta, nil)), true
	case *core.Service:
		if o.Spec.ClusterIP != "" && len(o.Spec.ClusterIPs) == 0 {
			o.Spec.ClusterIPs = []string{o.Spec.ClusterIP}
		}
		return append(allocate(o), corevalidation.ValidateServiceCreate(o)...), true
	case *core.ConfigMap:
		return corevalidation.ValidateConfigMap(o), true
	case *core.Secret:
		return corevalidation.ValidateSecret(o), true
	case *core.Namespace:
		return corevalidation.ValidateNamespace(o), true
	case *core.ServiceAccount:
		return corevalidation.ValidateServiceAccount(o), true
	case *core.PersistentVolumeClaim:
		return corevalidation.ValidatePersistentVolumeClaim(o, corevalidation.ValidationOptionsForPersistentVolumeClaim(o, nil)), true
	case *core.ResourceQuota:
		return corevalidation.ValidateResourceQuota(o), true
	case *core.LimitRange:
		return corevalidation.ValidateLimitRange(o), true
	}
	return validateOther(object)
}

func validateOther(object runtime.Object) (errs field.ErrorList, known bool) {
	switch o := object.(type) {
	case *networking.Ingress:
		return networkingvalidation.ValidateIngressCreate(o), true
	case *networking.NetworkPolicy:
		return networkingvalidation.ValidateNetworkPolicy(o, networkingvalidation.NetworkPolicyValidationOptions{}), true
	case *policy.PodDisruptionBudget:
		return policyvalidation.ValidatePodDisruptionBudget(o, policyvalidation.PodDisruptionBudgetValidationOptions{}), true
	case *autoscaling.HorizontalPodAutoscaler:
		options := autoscalingvalidation.HorizontalPodAutoscalerSpecValidationOptions{MinReplicasLowerBound: 1}
		options.ScaleTargetRefValidationOptions.AllowEmptyAPIGroup = o.Spec.ScaleTargetRef.Kind == "ReplicationController"
		options.ObjectMetricsValidationOptions.AllowEmptyAPIGroup = true
		return autoscalingvalidation.ValidateHorizontalPodAutoscaler(o, options), true
	case *rbac.Role:
		return rbacvalidation.ValidateRole(o), true
	case *rbac.RoleBinding:
		return rbacvalidation.ValidateRoleBinding(o), true
	case *rbac.ClusterRole:
		return rbacvalidation.ValidateClusterRole(o, rbacvalidation.ClusterRoleValidationOptions{}), true
	case *rbac.ClusterRoleBinding:
		return rbacvalidation.ValidateClusterRoleBinding(o), true
	case *scheduling.PriorityClass:
		return schedulingvalidation.ValidatePriorityClass(o), true
	case *storage.StorageClass:
		return storagevalidation.ValidateStorageClass(o), true
	}
	return nil, false
}

// refusedMetadata is what every create asks of an object before its kind's own validation.
func refusedMetadata(object runtime.Object) field.ErrorList {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return field.ErrorList{field.InternalError(nil, err)}
	}
	return apivalidation.ValidateObjectMetaAccessor(accessor, accessor.GetNamespace() != "", path.ValidatePathSegmentName, field.NewPath("metadata"))
}

// allocate does what the registry of Services does before it validates: it takes node
// ports, which must be ports of the range that the server was started with.
func allocate(service *core.Service) (errs field.ErrorList) {
	balanced := service.Spec.Type == core.ServiceTypeLoadBalancer && service.Spec.ExternalTrafficPolicy == core.ServiceExternalTrafficPolicyLocal
	if balanced && service.Spec.HealthCheckNodePort == 0 {
		service.Spec.HealthCheckNodePort = 30000
	}
	for i, port := range service.Spec.Ports {
		if port.NodePort < 0 || port.NodePort > 32767 {
			errs = append(errs, field.Invalid(field.NewPath("spec", "ports").Index(i).Child("nodePort"), port.NodePort, "provided port is not in the valid range"))
		}
	}
	return errs
}

// refusedClaims are why the claims that the controller makes would be refused, and its pods
// never be: the server accepts any template of a claim.
func refusedClaims(set *apps.StatefulSet) (errs field.ErrorList) {
	for i := range set.Spec.VolumeClaimTemplates {
		claim := set.Spec.VolumeClaimTemplates[i].DeepCopy()
		if claim.Name != "" {
			claim.Name += "-" + set.Name + "-0"
		}
		claim.Namespace = set.Namespace
		errs = append(errs, corevalidation.ValidatePersistentVolumeClaim(claim, corevalidation.ValidationOptionsForPersistentVolumeClaim(claim, nil))...)
	}
	return errs
}

func optionsOf(template *core.PodTemplateSpec) corevalidation.PodValidationOptions {
	return podutil.GetValidationOptionsFromPodTemplate(template, nil)
}

// selectOwnPods does what the registry of Jobs does before it validates.
func selectOwnPods(job *batch.Job) {
	if job.Spec.Selector != nil || job.Spec.ManualSelector != nil && *job.Spec.ManualSelector {
		return
	}
	job.UID = "made-up"
	own := map[string]string{
		batch.LegacyControllerUidLabel: string(job.UID), batch.LegacyJobNameLabel: job.Name,
		batch.ControllerUidLabel: string(job.UID), batch.JobNameLabel: job.Name,
	}
	if job.Spec.Template.Labels == nil {
		job.Spec.Template.Labels = map[string]string{}
	}
	for key, value := range own {
		job.Spec.Template.Labels[key] = value
	}
	job.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{batch.ControllerUidLabel: string(job.UID)}}
}
