package policy

import (
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

// leastMemory is what a node needs at least: shared memory, a heap, and the processes around them.
var leastMemory = resource.MustParse("1Gi")

var littleMemory = row{Rule: rule.Rule{
	ID: "EF533", Severity: rule.Warning, Title: "a memory limit that a node outgrows",
	Why: "a node keeps its state in a System V shared memory segment, of 512 MiB (536,870,912 bytes) by default as the vendor's KB 75741 says, and a JVM and about 100 MB of processes come on top: a node that reaches its limit is killed. " +
		"The segment belongs to the pod: a container that restarts without removing its node leaves it behind, and it still counts. The sysctl kernel.shm_rmid_forced=1, which Kubernetes calls safe, lets the kernel remove it (securityContext.sysctls); nobody has tried that with Streaming, so efgen never sets it. A larger /dev/shm changes nothing for System V",
	Example: "resources: {limits: {memory: 512Mi}}",
	Fix:     "resources: {limits: {memory: 2Gi}}; or an exception, if the application definition in the image asks for less shared memory",
}, Check: findLittleMemory}

func findLittleMemory(set *manifest.Set, f *rule.Finder) {
	for _, n := range streaming.NodesOf(set) {
		field, limit := n.Main.Field+".resources.limits.memory", n.Main.Resources.Limits.Memory()
		if limit.IsZero() && n.Pod.Resources != nil {
			field, limit = n.PodField("resources.limits.memory"), n.Pod.Resources.Limits.Memory()
		}
		if !n.IsMonitor && !limit.IsZero() && limit.Cmp(leastMemory) < 0 {
			f.Report(n.At(field), "raise it to 1Gi at least, or except the rule with a reason",
				"%s for a node of %s is less than its shared memory, heap and processes need together: 1Gi at least", limit, n.Manifest())
		}
	}
}
