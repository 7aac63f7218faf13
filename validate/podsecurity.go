package validate

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// PodSecurityLevel is the strictest Pod Security level, by the latest version of the
// standards, at which a cluster takes a pod: "restricted", "baseline" or "privileged".
func PodSecurityLevel(meta *metav1.ObjectMeta, spec *corev1.PodSpec) string {
	evaluator, err := podSecurity()
	if err != nil {
		return string(api.LevelPrivileged)
	}
	for _, level := range []api.Level{api.LevelRestricted, api.LevelBaseline} {
		results := evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: api.LatestVersion()}, meta, spec)
		if policy.AggregateCheckResults(results).Allowed {
			return string(level)
		}
	}
	return string(api.LevelPrivileged)
}
