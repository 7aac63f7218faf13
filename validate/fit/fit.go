// Package fit checks that manifests fit together: that what one names is there in another,
// and that no two claim the same.
package fit

import (
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

type row = rule.Row[*manifest.Set]

// Rows are the rules of what fits together, EF3xx, by ID.
var Rows = []row{
	selectorMisses,
	noGoverningService,
	governingServiceMisses,
	governingServiceNotHeadless,
	serviceSelectsNothing,
	foreignServiceAccount,
	noRights,
	unknownSubject,
	noRole,
	noVolume,
	noConfigMap,
	noKey,
	probePorts,
	servicePorts,
	backends,
	budgetSelectsNothing,
	policySelectsNothing,
	unlisted,
	listedInVain,
	objectTwice,
	tooLarge,
	large,
	noNamespace,
	otherNamespace,
	nodePortTwice,
	hostTwice,
	secondKustomization,
	laterVariable,
	pointerForFile,
	scalesNothing,
	replicasTwice,
	readsNothing,
}

// Rules are those without a check of their own: their problems are found among
// environments, or by the caller, who has the ledger.
var Rules = []rule.Rule{handEdited, ClashingObject}

var handEdited = rule.Rule{
	ID: "EF325", Severity: rule.Error, Title: "a generated file was edited or deleted by hand",
	Why:     "what is there is not what the environment file says, and an edit is lost when it is generated again",
	Example: "# an image tag changed in out/production/flow/statefulset.yaml",
	Fix:     "change the environment file (`patches` for what it has no field for) and run `efgen generate`",
}

// HandEdited is the Problem of a file whose bytes are not those of its ledger.
func HandEdited(environment, path string) rule.Problem {
	return notOfLedger(environment, path, "the file was edited by hand: it is not what efgen.lock says",
		"make the change in the environment file, then run `efgen generate --env "+environment+" --force`")
}

// LineEndsChanged is the Problem of a file that has other line ends than its ledger says.
func LineEndsChanged(environment, path string) rule.Problem {
	return notOfLedger(environment, path, "the file's lines end in CRLF: the checkout has changed its line ends",
		`write "out/** -text" and "environments/** -text" into .gitattributes, commit that, and check out again`)
}

// Deleted is the Problem of a file that is in its ledger and no longer there.
func Deleted(environment, path string) rule.Problem {
	return notOfLedger(environment, path, "the file is gone: efgen.lock lists it", "run `efgen generate --env "+environment+"`")
}

func notOfLedger(environment, path, message, hint string) rule.Problem {
	return rule.Problem{
		Rule: handEdited.ID, Severity: handEdited.Severity, Environment: environment, File: path, Line: 1, Message: message, Hint: hint,
	}
}
