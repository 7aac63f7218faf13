package policy

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// allows reports whether a rule names a resource and allows one of the verbs on it.
// Resources that only a wildcard covers are not told apart: that is EF508.
func allows(r rbacv1.PolicyRule, group, resource string, verbs ...string) bool {
	holds := func(list []string, item string) bool {
		return slices.Contains(list, item) || slices.Contains(list, "*")
	}
	return holds(r.APIGroups, group) && slices.Contains(r.Resources, resource) &&
		slices.ContainsFunc(verbs, func(verb string) bool { return holds(r.Verbs, verb) })
}

// A detour is a resource by which its holder gets rights that no role names.
type detour struct {
	group, resource string
	verbs           []string
}

// findDetours reports every role that allows one of the detours.
func findDetours(set *manifest.Set, f *rule.Finder, hint, consequence string, detours ...detour) {
	eachRule(set, func(o *manifest.Object, field string, held rbacv1.PolicyRule) {
		for _, d := range detours {
			if allows(held, d.group, d.resource, d.verbs...) {
				at := rule.Index(field+".resources", slices.Index(held.Resources, d.resource))
				f.Report(o.At(at), hint, "%s allows %s, with which its holder %s", o.Manifest(), d.resource, consequence)
			}
		}
	})
}

var everyVerb = []string{"get", "list", "watch", "create", "update", "patch", "delete"}

var accountTokens = row{Rule: rule.Rule{
	ID: "EF521", Severity: rule.Error, Title: "a role that makes tokens of ServiceAccounts",
	Why:     "whoever may create serviceaccounts/token gets a token of any account of the namespace, and all that the account may do",
	Example: "rules: [{apiGroups: [\"\"], resources: [serviceaccounts/token], verbs: [create]}]",
	Fix:     "leave it out, or name the accounts in resourceNames and except the rule with a reason",
}, Check: func(set *manifest.Set, f *rule.Finder) {
	findDetours(set, f, "leave it out", "acts as any ServiceAccount", detour{"", "serviceaccounts/token", []string{"create"}})
}}

var workerProxy = row{Rule: rule.Rule{
	ID: "EF522", Severity: rule.Error, Title: "a role that reaches the kubelets",
	Why:     "nodes/proxy is the kubelet's own API: it runs commands in every pod of the worker, past admission and the audit log, even with get alone",
	Example: "rules: [{apiGroups: [\"\"], resources: [nodes/proxy], verbs: [get]}]",
	Fix:     "resources: [nodes/metrics, nodes/stats]   # for monitoring",
}, Check: func(set *manifest.Set, f *rule.Finder) {
	findDetours(set, f, "leave it out; nodes/metrics and nodes/stats serve monitoring", "runs commands in every pod of a worker", detour{"", "nodes/proxy", everyVerb})
}}

const certificates = "certificates.k8s.io"

var certificateApproval = row{Rule: rule.Rule{
	ID: "EF523", Severity: rule.Error, Title: "a role that approves certificates",
	Why:     "whoever approves or signs a certificate request can have one for any user, a member of system:masters as well",
	Example: "rules: [{apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]}]",
	Fix:     "leave it out",
}, Check: func(set *manifest.Set, f *rule.Finder) {
	change := []string{"update", "patch"}
	findDetours(set, f, "leave it out", "gets a certificate of any user",
		detour{certificates, "certificatesigningrequests/approval", change}, detour{certificates, "certificatesigningrequests/status", change},
		detour{certificates, "signers", []string{"approve", "sign"}})
}}

var podCommands = row{Rule: rule.Rule{
	ID: "EF524", Severity: rule.Error, Title: "a role that runs commands in pods",
	Why:     "whoever may use pods/exec, pods/attach or pods/ephemeralcontainers acts as the pod: with its Secrets, its ServiceAccount and, in a Streaming node, all rights of an administrator",
	Example: "rules: [{apiGroups: [\"\"], resources: [pods/exec], verbs: [create]}]",
	Fix:     "resources: [pods/log]   # for those who look on",
}, Check: func(set *manifest.Set, f *rule.Finder) {
	use := []string{"get", "create"}
	findDetours(set, f, "leave it out, or except the rule with a reason", "acts as any pod",
		detour{"", "pods/exec", use}, detour{"", "pods/attach", use}, detour{"", "pods/ephemeralcontainers", []string{"update", "patch"}})
}}
