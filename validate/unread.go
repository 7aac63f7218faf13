package validate

import (
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var (
	workloads = []string{"CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "StatefulSet"}
	grants    = []string{"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
	accounts  = []string{"ServiceAccount"}
	services  = []string{"Service"}
	configs   = []string{"ConfigMap"}
)

// lookedFor are the kinds of the objects without which a rule finds what is not there. All
// other rules check each object by itself, or find less.
var lookedFor = map[string][]string{
	"EF302": services,
	"EF305": workloads,
	"EF306": accounts,
	"EF307": grants,
	"EF308": slices.Concat(accounts, workloads),
	"EF309": grants,
	"EF311": configs,
	// Nodes make Services for themselves.
	"EF315": slices.Concat(services, workloads),
	"EF316": workloads,
	"EF317": workloads,
	// Any object counts for the namespace that most are in.
	"EF324": nil,
	// Hosts, ports and licences are resolved by what ConfigMaps hold.
	"EF401": configs,
	"EF402": configs,
	"EF403": configs,
	"EF413": configs,
	"EF414": configs,
	"EF511": workloads,
}

// unread are the objects that do not read, or do not fit their types.
type unread struct {
	objects []*manifest.Object
	// kinds are theirs, and isUnknown says that one of them may be of any kind.
	kinds     map[string]bool
	isUnknown bool
}

func unreadIn(set *manifest.Set) *unread {
	u := &unread{kinds: map[string]bool{}}
	for _, o := range set.Objects() {
		if o.Misfit() != nil {
			u.objects = append(u.objects, o)
			u.kinds[o.Kind] = true
			u.isUnknown = u.isUnknown || o.Kind == ""
		}
	}
	return u
}

func (u *unread) any() bool { return len(u.objects) > 0 }

// holdsBack reports whether a rule may miss one of the objects, and blame another for it.
func (u *unread) holdsBack(id string) bool {
	kinds, looks := lookedFor[id]
	return looks && (u.isUnknown || slices.ContainsFunc(kinds, func(kind string) bool { return u.kinds[kind] }))
}

// note lists the rules that are kept back, beside the first of the objects.
func (u *unread) note(environment string) (findings []rule.Finding) {
	var ids []string
	for _, row := range rows() {
		if u.holdsBack(row.ID) {
			ids = append(ids, row.ID)
		}
	}
	if len(ids) > 0 {
		f := rule.NewFinder(environment, manifest.Unreadable, &findings).As(rule.Note)
		f.Report(u.objects[0].At(""), "correct it, and check again", "rules that need what does not read were not checked: %s", strings.Join(ids, ", "))
	}
	return findings
}
