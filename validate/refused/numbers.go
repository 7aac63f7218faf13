package refused

import (
	"math"
	"reflect"

	"github.com/efgen/efgen/validate/manifest"
)

// A span is what a number may be.
type span struct {
	least, most int64
	// unset is what zero means: not set, in a field that is no pointer.
	unset bool
}

var (
	ports      = span{1, 65535, false}
	portsOrNot = span{1, 65535, true}
	notBelow0  = span{0, math.MaxInt64, false}
	above0     = span{1, math.MaxInt64, false}
	weights    = span{1, 100, false}
	modes      = span{0, 0o777, false}
	ids        = span{0, math.MaxInt32, false}
)

// numbers are the spans of fields. A user's number and a group's end with 31 bits.
var numbers = map[string]span{
	"ClientIPConfig.timeoutSeconds":                   {1, 86400, false},
	"ConfigMapVolumeSource.defaultMode":               modes,
	"ContainerPort.containerPort":                     ports,
	"ContainerPort.hostPort":                          portsOrNot,
	"DownwardAPIVolumeFile.mode":                      modes,
	"DownwardAPIVolumeSource.defaultMode":             modes,
	"GRPCAction.port":                                 ports,
	"KeyToPath.mode":                                  modes,
	"PodSecurityContext.fsGroup":                      ids,
	"PodSecurityContext.runAsGroup":                   ids,
	"PodSecurityContext.runAsUser":                    ids,
	"PodSpec.activeDeadlineSeconds":                   {1, math.MaxInt32, false},
	"PreferredSchedulingTerm.weight":                  weights,
	"Probe.failureThreshold":                          notBelow0,
	"Probe.initialDelaySeconds":                       notBelow0,
	"Probe.periodSeconds":                             notBelow0,
	"Probe.successThreshold":                          notBelow0,
	"Probe.terminationGracePeriodSeconds":             above0,
	"Probe.timeoutSeconds":                            notBelow0,
	"ProjectedVolumeSource.defaultMode":               modes,
	"SecretVolumeSource.defaultMode":                  modes,
	"SecurityContext.runAsGroup":                      ids,
	"SecurityContext.runAsUser":                       ids,
	"ServiceAccountTokenProjection.expirationSeconds": {600, 1 << 32, false},
	"TopologySpreadConstraint.maxSkew":                above0,
	"TopologySpreadConstraint.minDomains":             above0,
	"WeightedPodAffinityTerm.weight":                  weights,

	"DaemonSetSpec.minReadySeconds":              notBelow0,
	"DaemonSetSpec.revisionHistoryLimit":         notBelow0,
	"DeploymentSpec.minReadySeconds":             notBelow0,
	"DeploymentSpec.progressDeadlineSeconds":     notBelow0,
	"DeploymentSpec.replicas":                    notBelow0,
	"DeploymentSpec.revisionHistoryLimit":        notBelow0,
	"ReplicaSetSpec.minReadySeconds":             notBelow0,
	"ReplicaSetSpec.replicas":                    notBelow0,
	"RollingUpdateStatefulSetStrategy.partition": notBelow0,
	"StatefulSetOrdinals.start":                  notBelow0,
	"StatefulSetSpec.minReadySeconds":            notBelow0,
	"StatefulSetSpec.replicas":                   notBelow0,

	"CronJobSpec.failedJobsHistoryLimit":     notBelow0,
	"CronJobSpec.startingDeadlineSeconds":    notBelow0,
	"CronJobSpec.successfulJobsHistoryLimit": notBelow0,
	"JobSpec.activeDeadlineSeconds":          notBelow0,
	"JobSpec.backoffLimit":                   notBelow0,
	"JobSpec.backoffLimitPerIndex":           notBelow0,
	"JobSpec.completions":                    notBelow0,
	"JobSpec.maxFailedIndexes":               notBelow0,
	"JobSpec.parallelism":                    notBelow0,
	"JobSpec.ttlSecondsAfterFinished":        notBelow0,

	"NetworkPolicyPort.endPort":       ports,
	"ServiceBackendPort.number":       portsOrNot,
	"ServicePort.nodePort":            portsOrNot,
	"ServicePort.port":                ports,
	"ServiceSpec.healthCheckNodePort": portsOrNot,

	"HPAScalingPolicy.periodSeconds":             {1, 1800, false},
	"HPAScalingPolicy.value":                     above0,
	"HPAScalingRules.stabilizationWindowSeconds": {0, 3600, false},
	"HorizontalPodAutoscalerSpec.maxReplicas":    above0,
	"HorizontalPodAutoscalerSpec.minReplicas":    above0,
	"MetricTarget.averageUtilization":            above0,

	"PriorityClass.value": {math.MinInt32, 1_000_000_000, false},
}

func (w walk) number(f field, value reflect.Value, at manifest.Place) {
	span, known := numbers[f.key]
	if !known || !value.CanInt() {
		return
	}
	n := value.Int()
	if span.least <= n && n <= span.most || n == 0 && span.unset {
		return
	}
	place := at.Below(f.name)
	switch {
	case span == modes:
		w.Report(place, "write it in octal with a zero in front, as in 0644, or in decimal, as 420", "%s is %d, which is no mode from 0 to 511 (octal 0777)", f.name, n)
	case span == ids:
		w.Report(place, "use the number of a user or a group", "%d is no number from 0 to %d", n, span.most)
	case span.most == math.MaxInt64:
		w.Report(place, "use "+least(span.least)+" or more", "%s is %d, and must be at least %d", f.name, n, span.least)
	case span.least == math.MinInt32:
		w.Report(place, "use a lower number", "%s is %d, and must be at most %d", f.name, n, span.most)
	default:
		w.Report(place, "use "+least(span.least)+" to "+least(span.most), "%s is %d, and must be from %d to %d", f.name, n, span.least, span.most)
	}
}
