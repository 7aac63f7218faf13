package review

import (
	appsv1 "k8s.io/api/apps/v1"

	"github.com/efgen/efgen/validate/rule"
)

var highChecks = []row{
	{rule.Rule{
		ID: "ER201", Title: "somebody gets more rights",
		Why:     "rights are held against those that a subject had before, wherever it had them from: whoever breaks into its pods has the new ones too",
		Example: "rbac: {scope: cluster}   # where it was namespace",
		Fix:     "rbac: {scope: namespace}",
	}, findWiderRights},
	{rule.Rule{
		ID: "ER202", Title: "more hosts are trusted",
		Why:     "whoever runs on a trusted host may administer the nodes without a password",
		Example: "security: {trustedHosts: [10.0.0.0/8]}   # where it was 10.1.0.0/16",
		Fix:     "security: {trustedHosts: [10.1.0.0/16]}",
	}, findWiderTrust},
	{rule.Rule{
		ID: "ER203", Title: "a lower Pod Security level",
		Why:     "a pod below the level restricted, or a namespace that lets such pods in, is a step nearer to its worker; a pod that comes is held against the level of its namespace, or else against baseline",
		Example: "policy: {podSecurity: baseline}   # where it was restricted",
		Fix:     "policy: {podSecurity: restricted}",
	}, findLowerPodSecurity},
	{rule.Rule{
		ID: "ER204", Title: "a Service is open to more",
		Why:     "a port on every worker, or a load balancer's address, is reached from outside of the cluster",
		Example: "service: {type: NodePort, nodePort: 31008}   # where it was ClusterIP",
		Fix:     "service: {type: ClusterIP}",
	}, findExposedService},
	{rule.Rule{
		ID: "ER205", Title: "a new host of an Ingress or a Route",
		Why:     "clients outside of the cluster reach the nodes by a name that was not there",
		Example: "ingress: {host: flow.example.com}   # where there was none",
		Fix:     "leave ingress out as long as nobody outside needs it",
	}, findNewHost},
	{rule.Rule{
		ID: "ER206", Title: "a NetworkPolicy goes, or lets more in",
		Why:     "more pods reach ports of the nodes; those of administration and distribution are among them where all ports are open; what several policies allow adds up",
		Example: "networkPolicy: false",
		Fix:     "networkPolicy: {ingressFrom: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: order-entry}}}]}",
	}, findOpenNetwork},
	{rule.Rule{
		ID: "ER207", Title: "a disruption budget goes, or allows more",
		Why:     "a drain of workers may take several nodes at a time, with all copies of what is in their memory",
		Example: "disruptionBudget: false",
		Fix:     "disruptionBudget: {maxUnavailable: 1}",
	}, findWiderBudget},
	{rule.Rule{
		ID: "ER208", Title: "pods run as another ServiceAccount",
		Why:     "nodes find each other with the rights of their ServiceAccount; without them, the cluster falls apart at the restart",
		Example: "serviceAccount: operations   # where it was the application's own",
		Fix:     "make sure that the account exists and that rbac binds it",
	}, findOtherAccount},
	{rule.Rule{
		ID: "ER209", Title: "the quorum is no majority, or out of reach",
		Why:     "with fewer votes than a majority two halves of a split cluster both go on, each with its own data; with more than there are nodes, none goes on",
		Example: "availabilityZones: {orders: {minimumNumberOfVotes: 2}}   # with replicas: 5",
		Fix:     "availabilityZones: {orders: {minimumNumberOfVotes: 3}}",
	}, findNoQuorum},
	{rule.Rule{
		ID: "ER210", Title: "claims are deleted with their nodes",
		Why:     "where the retention of claims says Delete, Kubernetes deletes the claims of nodes that a scale-down stops, or all of a StatefulSet that is deleted, with what is on their volumes",
		Example: "persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}   # in a patch of a StatefulSet with volumeClaimTemplates",
		Fix:     "persistentVolumeClaimRetentionPolicy: {whenScaled: Retain, whenDeleted: Retain}   # the default",
	}, findClaimsNotRetained},
}

func findOtherAccount(c *comparison, f *finder) {
	for _, p := range c.workloads() {
		if p.old.account() != p.new.account() {
			f.add(p.difference, p.new.spec("serviceAccountName"), "pods of %s run as ServiceAccount %s instead of %s: nodes find each other only with its rights", p.new.name, p.new.account(), p.old.account())
		}
	}
}

func findClaimsNotRetained(c *comparison, f *finder) {
	for _, p := range c.workloads() {
		if p.old.set == nil || p.new.set == nil || len(p.old.set.Spec.VolumeClaimTemplates) == 0 {
			continue
		}
		old, new := retention(p.old.set), retention(p.new.set)
		for _, when := range []struct {
			field, sentence string
			old, new        appsv1.PersistentVolumeClaimRetentionPolicyType
		}{
			{"whenScaled", "a node of %s that a scale-down stops loses its claims, with what is on their volumes", old.WhenScaled, new.WhenScaled},
			{"whenDeleted", "whoever deletes StatefulSet %s deletes all its claims, with what is on their volumes", old.WhenDeleted, new.WhenDeleted},
		} {
			if when.new == appsv1.DeletePersistentVolumeClaimRetentionPolicyType && when.old != when.new {
				f.add(p.difference, "spec.persistentVolumeClaimRetentionPolicy."+when.field, when.sentence, p.new.name)
			}
		}
	}
}

func retention(set *appsv1.StatefulSet) appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy {
	return or(set.Spec.PersistentVolumeClaimRetentionPolicy, appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{})
}
