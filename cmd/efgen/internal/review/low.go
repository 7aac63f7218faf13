package review

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/streaming"
)

// lowChecks come last: they are for what has no risk of its own.
var lowRows = []row{
	added,
	removed,
	modified,
}

var added = row{Rule: rule.Rule{
	ID: "ER401", Title: "an object is added",
	Why:     "running pods do not change; but if it is their first NetworkPolicy, clients that it does not name are cut off",
	Example: "clusterMonitor: {}   # where there was none",
	Fix:     "nothing, if it is wanted",
}, Check: findAdded}

func findAdded(c *comparison, f *rule.Finder) {
	c.findRest(f, Added, func(d *difference) string {
		if p := policyOf(sourceOf(d.new)); p != nil && c.isolation().isolates(p) {
			return "adds %s, which limits the pods that it selects, those that run included: what it does not let through is cut off"
		}
		return "adds %s: nothing that runs changes"
	})
}

var removed = row{Rule: rule.Rule{
	ID: "ER402", Title: "an object is removed",
	Why:     "a controller that prunes deletes it from the cluster; objects that refer to it by name no longer find it",
	Example: "dashboard: {viewer: false}   # where it was true",
	Fix:     "nothing, if it is wanted",
}, Check: findRemoved}

func findRemoved(c *comparison, f *rule.Finder) {
	c.findRest(f, Removed, func(d *difference) string { return "removes %s" })
}

var modified = row{Rule: rule.Rule{
	ID: "ER403", Title: "an object changes in place",
	Why:     "the change takes effect at once, or when nodes start later; it restarts none",
	Example: "labels: {example.com/team: orders}",
	Fix:     "nothing, if it is wanted",
}, Check: findModified}

func findModified(c *comparison, f *rule.Finder) {
	c.findRest(f, Modified, func(d *difference) string {
		old, new := workloadOf(d.old), workloadOf(d.new)
		switch {
		case slices.ContainsFunc(d.changes, func(ch change) bool { return isBelow(ch.at, "data") || isBelow(ch.at, "binaryData") }):
			return "changes %s: nodes take it when they restart"
		case d.new.kind == kindFile && streaming.IsFile(d.new.file):
			return "changes %s: the next image takes it"
		case old == nil || new == nil || equality.Semantic.DeepEqual(template(old), template(new)):
			return "changes %s in place: no node restarts for it"
		case new.StatefulSet == nil && new.Restarts:
			return "replaces all pods of %s"
		default:
			return "changes the pods of %s, and replaces none that run"
		}
	})
}

// findRest reports the differences in which no row before has found a risk.
func (c *comparison) findRest(f *rule.Finder, action Action, sentence func(*difference) string) {
	for _, d := range c.differences {
		if len(d.risks) > 0 || d.action() != action {
			continue
		}
		f.Report(d.at(firstField(d)), "", sentence(d), d.object().title())
	}
}
