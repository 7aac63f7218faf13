package validate

import (
	"slices"
	"strings"
	"time"

	"github.com/efgen/efgen/validate/rule"
)

var (
	exceptionUnmatched = rule.Rule{
		ID: "EF517", Severity: rule.Error, Title: "an exception matches nothing",
		Why:     "an exception that outlives its reason silently accepts the next fault of its kind",
		Example: "policy: {exceptions: [{rule: EF510, resource: StatefulSet/flwo, reason: measured}]}",
		Fix:     "remove it, or correct the rule or the resource",
	}
	exceptionExpired = rule.Rule{
		ID: "EF518", Severity: rule.Error, Title: "an exception has expired",
		Why:     "it was accepted until that day only",
		Example: "policy: {exceptions: [{rule: EF506, resource: Environment/staging, reason: certificate ordered, expires: 2025-01-31}]}",
		Fix:     "repair the fault, or decide on a new day",
	}
	exceptionInvalid = rule.Rule{
		ID: "EF519", Severity: rule.Error, Title: "an exception that cannot be",
		Why:     "only what fits, Streaming and policy rules find can be accepted; what the API server refuses cannot",
		Example: "policy: {exceptions: [{rule: EF201, resource: StatefulSet/flow, reason: works}]}",
		Fix:     "repair the fault",
	}
)

// inexcusable are rules of the exceptions themselves, and one that is found without them.
var inexcusable = []string{handEdited.ID, exceptionUnmatched.ID, exceptionExpired.ID, exceptionInvalid.ID}

// excusable tells whether problems of a rule can be excepted.
func excusable(id string) bool {
	return strings.Compare(id, "EF300") > 0 && !slices.Contains(inexcusable, id) &&
		slices.ContainsFunc(checks(), func(c row) bool { return c.ID == id })
}

func expired(e Exception, today time.Time) bool {
	return !e.Expires.IsZero() && !today.Before(e.Expires.AddDate(0, 0, 1))
}

// covers tells whether an exception that holds is for a rule and a resource.
func covers(e Exception, today time.Time, id, resource string) bool {
	return e.Rule == id && e.Resource == resource && !expired(e, today) && excusable(id)
}

// excepted tells whether one of the exceptions covers a problem.
func excepted(facts Facts, id, resource string) bool {
	return slices.ContainsFunc(facts.Policy.Exceptions, func(e Exception) bool { return covers(e, facts.Today, id, resource) })
}

// except leaves out the problems that are excepted, and adds those of exceptions.
func except(problems []found, facts Facts) []found {
	complain := func(of rule.Rule, field, format string, args ...any) {
		r := &report{facts.Environment, &of, &problems}
		r.add(place{field: field}, of.Fix, format, args...)
	}
	for i, e := range facts.Policy.Exceptions {
		field := rule.Index("policy.exceptions", i)
		before := len(problems)
		switch {
		case !excusable(e.Rule):
			complain(exceptionInvalid, field+".rule", "rule %q does not exist or cannot be excepted", e.Rule)
			continue
		case strings.TrimSpace(e.Reason) == "":
			complain(exceptionInvalid, field+".reason", "the exception gives no reason")
			continue
		case expired(e, facts.Today):
			complain(exceptionExpired, field+".expires", "the exception from %s for %s expired on %s", e.Rule, e.Resource, e.Expires.Format(time.DateOnly))
			continue
		}
		problems = slices.DeleteFunc(problems, func(f found) bool { return covers(e, facts.Today, f.Rule, f.Manifest) })
		if len(problems) == before && !acrossEnvironments(e.Rule) {
			complain(exceptionUnmatched, field, "the exception from %s for %s matches no problem", e.Rule, e.Resource)
		}
	}
	return problems
}

// acrossEnvironments tells whether a rule also finds what another environment
// does, which may not have been asked for.
func acrossEnvironments(id string) bool {
	return slices.Contains([]string{clashingObject.ID, clashingNodePort.ID, clashingHost.ID}, id)
}
