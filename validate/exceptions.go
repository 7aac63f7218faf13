package validate

import (
	"slices"
	"strings"
	"sync"
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
func excusable(id string) bool { return excusableRules()[id] || fit.CanClash(id) }

var excusableRules = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, row := range rows() {
		all[row.ID] = row.ID != refused.Value.ID
	}
	return all
})

func expired(e Exception, today time.Time) bool {
	return !e.Expires.IsZero() && !today.Before(e.Expires.AddDate(0, 0, 1))
}

// An excuse is what an exception is for.
type excuse struct{ rule, resource string }

// excuses are the exceptions that hold, by their numbers; of two for the same the first counts.
func excuses(facts Facts) map[excuse]int {
	all := map[excuse]int{}
	for i, e := range facts.Policy.Exceptions {
		key := excuse{e.Rule, e.Resource}
		if _, found := all[key]; !found && excusable(e.Rule) && strings.TrimSpace(e.Reason) != "" && !expired(e, facts.Today) {
			all[key] = i
		}
	}
	return all
}

// except leaves out the problems that are excepted, and adds those of exceptions. While
// checks are kept back, an exception may match nothing.
func except(findings []rule.Finding, facts Facts, keptBack bool) []rule.Finding {
	held, used := excuses(facts), map[int]bool{}
	findings = slices.DeleteFunc(findings, func(f rule.Finding) bool {
		i, found := held[excuse{f.Rule, f.Manifest}]
		if found {
			used[i] = true
		}
		return found
	})
	complain := func(of rule.Rule, field, format string, args ...any) {
		rule.NewFinder(facts.Environment, of, &findings).Report(manifest.InEnvironment(field), of.Fix, format, args...)
	}
	for i, e := range facts.Policy.Exceptions {
		field := rule.Index("policy.exceptions", i)
		switch {
		case !excusable(e.Rule):
			complain(exceptionInvalid, field+".rule", "rule %q does not exist or cannot be excepted", e.Rule)
		case strings.TrimSpace(e.Reason) == "":
			complain(exceptionInvalid, field+".reason", "the exception gives no reason")
		case expired(e, facts.Today):
			complain(exceptionExpired, field+".expires", "the exception from %s for %s expired on %s", e.Rule, e.Resource, e.Expires.Format(time.DateOnly))
		case !used[i] && !keptBack && !fit.CanClash(e.Rule):
			complain(exceptionUnmatched, field, "the exception from %s for %s matches no problem", e.Rule, e.Resource)
		}
	}
	return findings
}
