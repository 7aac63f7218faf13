package validate

import (
	"slices"
	"strings"
	"time"

	"github.com/efgen/efgen/validate/fit"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/refused"
	"github.com/efgen/efgen/validate/rule"
)

var (
	exceptionUnmatched = rule.Rule{
		ID: "EF517", Severity: rule.Error, Title: "an exception matches nothing",
		Why:     "an exception that is no longer needed would silently accept the next problem of its kind",
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

// exceptionRules are the rules of the exceptions themselves.
var exceptionRules = []rule.Rule{exceptionUnmatched, exceptionExpired, exceptionInvalid}

// excusable reports whether problems of a rule can be excepted: those of rows that the
// API server does not check.
func excusable(id string) bool {
	return slices.ContainsFunc(rows(), func(row rule.Row[*manifest.Set]) bool { return row.ID == id && id != refused.Value.ID }) || fit.CanClash(id)
}

func expired(e Exception, today time.Time) bool {
	return !e.Expires.IsZero() && !today.Before(e.Expires.AddDate(0, 0, 1))
}

// covers reports whether an exception that holds is for a rule and a resource.
func covers(e Exception, today time.Time, id, resource string) bool {
	return e.Rule == id && e.Resource == resource && !expired(e, today) && excusable(id)
}

// excepted reports whether one of the exceptions covers a problem.
func excepted(facts Facts, id, resource string) bool {
	return slices.ContainsFunc(facts.Policy.Exceptions, func(e Exception) bool { return covers(e, facts.Today, id, resource) })
}

// except leaves out the problems that are excepted, and adds those of exceptions. While
// checks are kept back, an exception may match nothing.
func except(findings []rule.Finding, facts Facts, keptBack bool) []rule.Finding {
	complain := func(of rule.Rule, field, format string, args ...any) {
		rule.NewFinder(facts.Environment, of, &findings).Report(manifest.InEnvironment(field), of.Fix, format, args...)
	}
	for i, e := range facts.Policy.Exceptions {
		field := rule.Index("policy.exceptions", i)
		before := len(findings)
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
		findings = slices.DeleteFunc(findings, func(f rule.Finding) bool { return covers(e, facts.Today, f.Rule, f.Manifest) })
		if len(findings) == before && !keptBack && !fit.CanClash(e.Rule) {
			complain(exceptionUnmatched, field, "the exception from %s for %s matches no problem", e.Rule, e.Resource)
		}
	}
	return findings
}
