// Package policy checks what an environment demands of its manifests: Pod Security, images,
// rights, budgets, and no secret in plain text.
package policy

import (
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

type row = rule.Row[*manifest.Set]

// Rows are the rules of policy, EF5xx, by ID.
var Rows = []row{
	insecurePods,
	untaggedImages,
	latestImages,
	imagesWithoutDigest,
	foreignImages,
	insecureRegistry,
	clusterAdmin,
	wildcards,
	escalation,
	noMemoryLimit,
	blockingBudgets,
	secretData,
	secretEnv,
	tokens,
	passwords,
	openShiftRBAC,
	ownedRoles,
	accountTokens,
	workerProxy,
	certificateApproval,
	podCommands,
	strangers,
	controllerRights,
	defaultAccount,
	hostNamespaces,
	systemNamespace,
	PodsEverywhere,
	twoControllers,
	secretArguments,
	littleMemory,
	openAdministration,
	plainWeb,
}
