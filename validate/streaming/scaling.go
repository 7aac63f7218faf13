package streaming

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var losesState = row{Rule: rule.Rule{
	ID: "EF425", Severity: rule.Warning, Title: "an autoscaler may lose state that is only in memory",
	Why:     "when the load falls, an autoscaler stops the nodes with the highest ordinals, and what a node holds lives on only where an availability zone has a copy on another node",
	Example: "autoscaling: {maxReplicas: 6, cpu: 70}   # and no node.availabilityZones",
	Fix:     "write node.availabilityZones and node.availabilityZoneMemberships, or autoscaling.behavior: {scaleDown: {selectPolicy: Disabled}}, or except the rule with a reason",
}, Check: findLosesState}

func findLosesState(set *manifest.Set, f *rule.Finder) {
	scaled := map[manifest.Identity]*Node{}
	for _, n := range NodesOf(set) {
		scaled[n.Identity()] = n
	}
	for _, scaler := range manifest.Each[autoscalingv2.HorizontalPodAutoscaler](set) {
		w := set.ScaledBy(scaler)
		if w == nil || neverScalesIn(scaler.Value) {
			continue
		}
		if n := scaled[w.Identity()]; n != nil && !n.IsMonitor && !n.isInZone() {
			f.Report(scaler.At("spec.maxReplicas"), "let availability zones replicate the state, or except the rule with a reason",
				"when the load falls, nodes of %s stop with what is only in their memory: no availability zone is configured", w.Manifest())
		}
	}
}

func neverScalesIn(scaler *autoscalingv2.HorizontalPodAutoscaler) bool {
	if least := scaler.Spec.MinReplicas; least != nil && *least >= scaler.Spec.MaxReplicas {
		return true
	}
	behavior := scaler.Spec.Behavior
	return behavior != nil && behavior.ScaleDown != nil && behavior.ScaleDown.SelectPolicy != nil && *behavior.ScaleDown.SelectPolicy == autoscalingv2.DisabledPolicySelect
}

// isInZone reports whether a configuration of the node has an availability zone, or makes
// it a member of one.
func (n *Node) isInZone() bool {
	for _, c := range n.Configurations() {
		deploy := c.Root.Get("configuration", "NodeDeploy")
		zones := len(deploy.Get("availabilityZones").Keys())
		for _, name := range deploy.Get("nodes").Keys() {
			zones += len(deploy.Get("nodes", name, "availabilityZoneMemberships").Keys())
		}
		if zones > 0 {
			return true
		}
	}
	return false
}
