package review

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/manifest"
)

var mediumRows = []row{
	downgrade,
	digestDropped,
	fewerReplicas,
	limitRemoved,
	probeRemoved,
	ungracefulStop,
	restart,
	unknownKind,
	newApplication,
	narrowerReach,
}

// eachImage calls with the images of a container whose image changes.
func eachImage(c *comparison, visit func(p pair, field string, old, new manifest.Image)) {
	for _, p := range c.workloads() {
		p.eachContainer(func(old, new manifest.Container) {
			if old.Image != new.Image {
				visit(p, new.Field+".image", manifest.ParseImage(old.Image).Resolved(), manifest.ParseImage(new.Image).Resolved())
			}
		})
	}
}

var downgrade = row{Rule: rule.Rule{
	ID: "ER301", Title: "an older image",
	Why:     "a downgrade brings back bugs that the newer version had fixed, and the older version may not understand the newer one's data",
	Example: "image: {tag: \"1.0.0\"}   # where it was 1.1.0, or 1.0.0-rc.1 where it was 1.0.0",
	Fix:     "image: {tag: \"1.1.0\"}",
}, Check: findDowngrade}

func findDowngrade(c *comparison, f *rule.Finder) {
	eachImage(c, func(p pair, field string, old, new manifest.Image) {
		if old.Name() == new.Name() && (new.Digest == "" || new.Digest != old.Digest) && manifest.OlderTag(new.Tag, old.Tag) {
			f.Report(p.difference.at(field), "", "replaces version %s of %s by the older %s", old.Tag, new.Name(), new.Tag)
		}
	})
}

var digestDropped = row{Rule: rule.Rule{
	ID: "ER303", Title: "an image loses its digest",
	Why:     "a tag can be moved to another image than the one that was reviewed",
	Example: "image: {tag: \"1.0.0\"}   # where there was a digest as well",
	Fix:     "image: {tag: \"1.0.0\", digest: sha256:…}",
}, Check: findDigestDropped}

func findDigestDropped(c *comparison, f *rule.Finder) {
	eachImage(c, func(p pair, field string, old, new manifest.Image) {
		if old.Digest != "" && new.Digest == "" {
			f.Report(p.difference.at(field), "", "takes %s by its tag alone, which can be moved to another image than the one reviewed", new.Name())
		}
	})
}

var fewerReplicas = row{Rule: rule.Rule{
	ID: "ER304", Title: "fewer replicas",
	Why:     "the nodes with the highest ordinals stop, and the others take over their partitions and their load",
	Example: "replicas: 3   # where it was 5",
	Fix:     "replicas: 5",
}, Check: findFewerReplicas}

func findFewerReplicas(c *comparison, f *rule.Finder) {
	for _, p := range c.workloads() {
		if lost := p.stopped(); lost > 0 && p.new.Replicas > 0 && !p.leavesReplicas() {
			f.Report(p.difference.at("spec.replicas").weighing(lost), "", "stops %d of %s of %s; the rest takes over their partitions and load", lost, counted(p.old.Replicas, unit(p.new)), p.new.Name)
		}
	}
}

var limitRemoved = row{Rule: rule.Rule{
	ID: "ER305", Title: "a limit goes",
	Why:     "a node that leaks uses up the memory or the processors of all pods on its worker",
	Example: "resources: {requests: {memory: 2Gi}}   # where there was a limit",
	Fix:     "resources: {requests: {memory: 2Gi}, limits: {memory: 2Gi}}",
}, Check: findLimitRemoved}

func findLimitRemoved(c *comparison, f *rule.Finder) {
	for _, p := range c.workloads() {
		p.eachContainer(func(old, new manifest.Container) {
			for _, resource := range sortedResources(old.Resources.Limits) {
				if _, left := new.Resources.Limits[resource]; !left {
					f.Report(p.difference.at(new.Field+".resources.limits"), "", "container %s may take all %s of its worker, at the cost of the other pods there", new.Name, resource)
				}
			}
		})
	}
}

func sortedResources(list corev1.ResourceList) []corev1.ResourceName {
	names := make([]corev1.ResourceName, 0, len(list))
	for name := range list {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

var probeRemoved = row{Rule: rule.Rule{
	ID: "ER306", Title: "a probe goes",
	Why:     "without its probes Kubernetes does not restart a node that hangs, and sends clients to nodes that are not ready",
	Example: "probes: {liveness: null}",
	Fix:     "leave the probe as it is by default",
}, Check: findProbeRemoved}

func findProbeRemoved(c *comparison, f *rule.Finder) {
	for _, p := range c.workloads() {
		p.eachContainer(func(old, new manifest.Container) {
			for _, probe := range []struct {
				name, consequence string
				old, new          *corev1.Probe
			}{
				{"livenessProbe", "a node that hangs is not restarted", old.LivenessProbe, new.LivenessProbe},
				{"readinessProbe", "clients are sent to nodes that are not ready, and an update does not wait for them", old.ReadinessProbe, new.ReadinessProbe},
				{"startupProbe", "a node that takes long to start may be killed before it has", old.StartupProbe, new.StartupProbe},
			} {
				if probe.old != nil && probe.new == nil {
					f.Report(p.difference.at(new.Field+"."+probe.name), "", "without the %s of %s, %s", probe.name, new.Name, probe.consequence)
				}
			}
		})
	}
}

var ungracefulStop = row{Rule: rule.Rule{
	ID: "ER307", Title: "nodes are no longer stopped in order",
	Why:     "a node that is killed leaves the cluster without moving its partitions, and the others have to detect it first",
	Example: "gracefulStop: false",
	Fix:     "gracefulStop: true",
}, Check: findUngracefulStop}

func findUngracefulStop(c *comparison, f *rule.Finder) {
	for _, p := range c.workloads() {
		p.eachContainer(func(old, new manifest.Container) {
			if stops(old) && !stops(new) {
				f.Report(p.difference.at(new.Field+".lifecycle"), "", "a node of %s that stops leaves without moving its partitions: the others have to notice first", p.new.Name)
			}
		})
		if seconds := p.new.Pod.TerminationGracePeriodSeconds; seconds != nil && *seconds == 0 && !equality.Semantic.DeepEqual(seconds, p.old.Pod.TerminationGracePeriodSeconds) {
			f.Report(p.difference.at(p.new.PodField("terminationGracePeriodSeconds")), "", "nodes of %s are killed at once, with no time to move their partitions", p.new.Name)
		}
	}
}

func stops(c manifest.Container) bool { return c.Lifecycle != nil && c.Lifecycle.PreStop != nil }

var restart = row{Rule: rule.Rule{
	ID: "ER308", Title: "all pods restart",
	Why:     "nodes are replaced one at a time; what a node holds is only in memory, so it lives on only where another node has a copy",
	Example: "env: [{name: REGION, value: north}]   # any change of the pods' template",
	Fix:     "apply it when a restart does no harm; updateStrategy.partition restarts some nodes first",
}, Check: findRestart}

func findRestart(c *comparison, f *rule.Finder) {
	for _, p := range c.workloads() {
		if p.isMoved || p.new.StatefulSet == nil || !p.new.Restarts || equality.Semantic.DeepEqual(template(p.old), template(p.new)) {
			continue
		}
		if restarted := p.restarted(); restarted > 0 {
			addRestart(f, c, p, restarted)
		}
	}
}

// template is what a controller compares to tell pods of the old kind from new ones.
func template(w *manifest.Workload) any {
	return corev1.PodTemplateSpec{ObjectMeta: *w.Meta, Spec: *w.Pod}
}

// restarted is how many pods run now and are replaced: those below the partition stay.
func (p pair) restarted() int {
	n := min(p.old.Replicas, p.new.Replicas)
	if rolling := p.new.StatefulSet.Spec.UpdateStrategy.RollingUpdate; rolling != nil && rolling.Partition != nil {
		n += firstOrdinal(p.new) - int(*rolling.Partition)
	}
	return max(min(n, p.new.Replicas), 0)
}

// addRestart says how long the nodes take, one after another: each is ready after the
// first look of its readiness probe at the earliest, and then has to stay so.
func addRestart(f *rule.Finder, c *comparison, p pair, restarted int) {
	seconds := float64(p.new.StatefulSet.Spec.MinReadySeconds)
	for _, container := range p.new.Containers() {
		if probe := container.ReadinessProbe; probe != nil {
			seconds += float64(probe.InitialDelaySeconds)
		}
	}
	which, whose := nodes(restarted)+" of "+p.new.Name, "its"
	if restarted > 1 {
		which, whose = which+" one at a time", "their"
	}
	reason := ""
	because, field := c.restartCause(p)
	if because != nil {
		reason = " because " + because.object().title() + " changes"
	} else {
		because = p.difference
	}
	cause := p.difference.at(field).weighing(restarted).causedBy(because.object().file, because.object().manifest(), field)
	f.Report(cause, "", "restarts %s%s, about %s; %s state is only in memory", which, reason, minutes(seconds*float64(restarted)), whose)
}

// templateChange is the first change of the pods' template but for the hash of the
// configuration, if there is another one.
func (p pair) templateChange() (first change) {
	for _, ch := range p.changes {
		if !isBelow(ch.at, p.new.Template) {
			continue
		}
		if first.at == "" || isHash(first.at) {
			first = ch
		}
	}
	return first
}

// restartCause is the field behind a restart. If only the hash of the configuration
// changes, the cause is in the ConfigMap beside.
func (c *comparison) restartCause(p pair) (*difference, string) {
	first := p.templateChange()
	if !isHash(first.at) {
		return nil, first.at
	}
	for _, d := range c.differences {
		if d.object().kind == "ConfigMap" && d.object().folder() == p.new.Folder() {
			return d, firstField(d)
		}
	}
	return nil, first.at
}
