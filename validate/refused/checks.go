package refused

import (
	"reflect"
	"sync"
)

// checks are what structs as a whole must be, by their types.
var checks = sync.OnceValue(func() map[reflect.Type]check {
	all := map[reflect.Type]check{}
	add := func(typ reflect.Type, examine check) { all[typ] = examine }
	add(on(checkTemplateMeta))
	add(on(checkSelector))

	add(on(checkPod))
	add(on(checkContainer))
	add(on(checkPort))
	add(on(checkEnv))
	add(on(checkEnvFrom))
	add(on(checkResourceRef))
	add(on(checkHandler))
	add(on(checkLifecycleHandler))
	add(on(checkProbe))
	add(on(checkSecurityContext))
	add(on(checkPodSecurityContext))
	add(on(checkSeccomp))
	add(on(checkAppArmor))
	add(on(checkSysctl))
	add(on(checkToleration))
	add(on(checkSpread))
	add(on(checkNodeSelector))
	add(on(checkNodeSelectorTerm))
	add(on(checkDNS))

	add(on(checkVolume))
	add(on(checkProjection))
	add(on(checkProjected))
	add(on(checkDownwardFile))
	add(on(checkClaim))

	add(on(checkStatefulSet))
	add(on(checkDeployment))
	add(on(checkDaemonSet))
	add(on(checkReplicaSet))
	add(on(checkBudget))
	add(on(checkJob))
	add(on(checkCronJob))
	add(on(checkAutoscaler))
	add(on(checkMetric))
	add(on(checkMetricTarget))
	add(on(checkScalingRules))

	add(on(checkService))
	add(on(checkIngress))
	add(on(checkIngressBackend))
	add(on(checkPath))
	add(on(checkPeer))
	add(on(checkPolicyPort))

	add(on(checkConfigMap))
	add(on(checkSecret))
	add(on(checkRole))
	add(on(checkClusterRole))
	add(on(checkRoleBinding))
	add(on(checkClusterRoleBinding))
	add(on(checkQuota))
	add(on(checkScope))
	add(on(checkLimits))
	add(on(checkPriorityClass))
	return all
})
