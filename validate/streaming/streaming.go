// Package streaming is the one model of a Streaming node: its configurations and what they
// embed, its substitutions as start-node and the node resolve them, the hosts that it trusts, its
// licence, its name. The EF4xx rows and the review ask it.
package streaming

import (
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

type row = rule.Row[*manifest.Set]

// Rows are the rules of Streaming, EF4xx, by ID.
var Rows = []row{
	untrusted,
	trustsTooMuch,
	trustsNetwork,
	trustedHostsTwice,
	unreadable,
	noEnvelope,
	badNodeName,
	sameNodeNames,
	substitutionNames,
	substitutionValues,
	noHealthcheck,
	noPath,
	noLicense,
	portTwice,
	probeMissesWebPort,
	noToken,
	legacyNodeName,
	notLoaded,
	embeddedTwice,
	openSubstitution,
	mavenPlaceholder,
	noNodeFound,
	losesState,
}

// What the image's start script reads.
const (
	envNodeName          = "STREAMING_NODENAME"
	envLegacyNodeName    = "NODENAME"
	envNodeDeploy        = "STREAMING_NODEDEPLOY"
	envSubstitutions     = "STREAMING_SUBSTITUTIONS"
	envSubstitutionFile  = "STREAMING_SUBSTITUTIONFILE"
	envDeployDirectories = "STREAMING_DEPLOYDIRECTORIES"
	envKeystore          = "STREAMING_KEYSTORE"
	envAdminPort         = "STREAMING_ADMINPORT"
	envPodNamespace      = "POD_NAMESPACE"
	monitorName          = "clustermonitor"
	componentLabel       = "app.kubernetes.io/component"
	defaultWebPort       = "8008"
	healthcheckService   = "healthcheck"
	adminService         = "admin"
)
