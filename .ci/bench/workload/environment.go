// Package workload writes the same environments for efgen and for its peers: twelve
// objects each, about 10 KB of YAML, in the form that a practised user of each tool gives them.
//
// What efgen renders is the reference: peers get templates made from it, so that they make the
// same objects. They are spared what efgen has to compute, versions of configurations and a
// checksum, which are values of theirs like a tag; and they write one file for each environment
// where efgen writes one for each object, security.conf, kustomization.yaml and a ledger. Their
// templates are as flat as can be, without schemas, inheritance or helper functions, which
// people do use: those would cost CUE and Jsonnet more.
package workload

import (
	"fmt"
	"strings"
)

// Application is the one application of every environment.
const Application = "ef-kubernetes-app"

// An environment is what differs from one to the next.
type environment struct {
	name, namespace, team, tag string
	replicas                   int
	cpu, memory, memoryLimit   string
	host, trustedHost          string
	derived
}

// derived is what efgen computes from the rest.
type derived struct {
	nodeVersion, securityVersion, checksum string
}

// placeholders stand in templates where environments differ. None is part of
// another or of anything else that is rendered. As many names of nodes are trusted
// for seven nodes as for the few that environments have.
var placeholders = environment{
	name: "placeholder-name", namespace: "placeholder-space", team: "placeholder-team", tag: "placeholder-tag",
	replicas: 7, cpu: "4242m", memory: "4243Mi", memoryLimit: "4244Mi",
	host: "placeholder-host.example.com", trustedHost: "*.placeholder-operations.example.com",
}

// Name is the name of environment i.
func Name(i int) string { return fmt.Sprintf("site-%05d", i) }

// Image is what environment i runs after its tag has been changed a number of times.
func Image(i, changes int) string {
	return fmt.Sprintf("registry.example.com/streaming/%s:%s", Application, tag(i, changes))
}

func tag(i, changes int) string { return fmt.Sprintf("1.%d.%d", i, changes) }

func numbered(i, changes int) environment {
	return environment{
		name:        Name(i),
		namespace:   fmt.Sprintf("streaming-%05d", i),
		team:        fmt.Sprintf("team-%d", i%20),
		tag:         tag(i, changes),
		replicas:    2 + i%3,
		cpu:         fmt.Sprintf("%dm", 1100+i%7*100),
		memory:      fmt.Sprintf("%dGi", 2+i%4),
		memoryLimit: fmt.Sprintf("%dGi", 3+i%4),
		host:        fmt.Sprintf("flow-%d.example.com", i),
		trustedHost: fmt.Sprintf("*.operations-%d.example.com", i),
	}
}

// A value is one field of an environment, as peers know it.
type value struct {
	key, text string
	number    bool
}

func (e environment) values() []value {
	return []value{
		{key: "name", text: e.name},
		{key: "namespace", text: e.namespace},
		// Node names have no dashes, and a namespace in them neither.
		{key: "nodeSpace", text: strings.ReplaceAll(e.namespace, "-", "")},
		{key: "team", text: e.team},
		{key: "tag", text: e.tag},
		{key: "replicas", text: fmt.Sprint(e.replicas), number: true},
		{key: "cpu", text: e.cpu},
		{key: "memory", text: e.memory},
		{key: "memoryLimit", text: e.memoryLimit},
		{key: "host", text: e.host},
		{key: "trustedHost", text: e.trustedHost},
		{key: "nodeVersion", text: e.nodeVersion},
		{key: "securityVersion", text: e.securityVersion},
		{key: "checksum", text: e.checksum},
	}
}
