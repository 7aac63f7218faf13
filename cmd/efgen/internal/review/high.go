package review

import (
	appsv1 "k8s.io/api/apps/v1"

	"github.com/efgen/efgen/validate/rule"
)

var highRows = []row{
	widerRights,
	widerTrust,
	lowerPodSecurity,
	exposedService,
	newHost,
	openNetwork,
	widerBudget,
	otherAccount,
	noQuorum,
	claimsNotRetained,
	otherProgram,
	otherRegistry,
	secretRead,
	strangeWorkload,
	otherHands,
	controllerOrder,
	otherLogin,
}

var otherAccount = row{Rule: rule.Rule{
	ID: "ER208", Title: "pods run as another ServiceAccount",
	Why:     "nodes find each other with the rights of their ServiceAccount; without them, the cluster falls apart at the restart",
	Example: "serviceAccount: operations   # where it was the application's own",
	Fix:     "make sure that the account exists and that rbac binds it",
}, Check: findOtherAccount}

func findOtherAccount(c *comparison, f *rule.Finder) {
	for _, p := range c.workloads() {
		if p.old.ServiceAccount() != p.new.ServiceAccount() {
			f.Report(p.difference.at(p.new.PodField("serviceAccountName")), "", "pods of %s run as ServiceAccount %s instead of %s: nodes find each other only with its rights", p.new.Name, p.new.ServiceAccount(), p.old.ServiceAccount())
		}
	}
}

var claimsNotRetained = row{Rule: rule.Rule{
	ID: "ER210", Title: "claims are deleted with their nodes",
	Why:     "with the retention policy Delete, Kubernetes deletes the claims of nodes that a scale-down stops, or all claims of a deleted StatefulSet, and the data on their volumes",
	Example: "persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}   # in a patch of a StatefulSet with volumeClaimTemplates",
	Fix:     "persistentVolumeClaimRetentionPolicy: {whenScaled: Retain, whenDeleted: Retain}   # the default",
}, Check: findClaimsNotRetained}

func findClaimsNotRetained(c *comparison, f *rule.Finder) {
	for _, p := range c.workloads() {
		if p.old.StatefulSet == nil || p.new.StatefulSet == nil || len(p.old.StatefulSet.Spec.VolumeClaimTemplates) == 0 {
			continue
		}
		old, new := retention(p.old.StatefulSet), retention(p.new.StatefulSet)
		for _, when := range []struct {
			field, sentence string
			old, new        appsv1.PersistentVolumeClaimRetentionPolicyType
		}{
			{"whenScaled", "a node of %s that a scale-down stops loses its claims, with what is on their volumes", old.WhenScaled, new.WhenScaled},
			{"whenDeleted", "whoever deletes StatefulSet %s deletes all its claims, with what is on their volumes", old.WhenDeleted, new.WhenDeleted},
		} {
			if when.new == appsv1.DeletePersistentVolumeClaimRetentionPolicyType && when.old != when.new {
				f.Report(p.difference.at("spec.persistentVolumeClaimRetentionPolicy."+when.field), "", when.sentence, p.new.Name)
			}
		}
	}
}

func retention(set *appsv1.StatefulSet) appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy {
	if policy := set.Spec.PersistentVolumeClaimRetentionPolicy; policy != nil {
		return *policy
	}
	return appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{}
}
