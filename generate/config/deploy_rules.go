package config

import (
	"fmt"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// DeployFolder is the folder that the environment is deployed from, with its repository
// and branch; it is empty if the environment names no repository.
func (e *Environment) DeployFolder() string {
	if e.Deploy == nil || e.Deploy.Repository == "" {
		return ""
	}
	d := e.Deploy
	return fmt.Sprint(d.Host, "/", d.Repository, "/", d.Base, ":", d.Path)
}

// SharedDeployFolder is the Problem of an environment that is deployed from the same
// folder as another one: each proposal would take away what the other put there.
func SharedDeployFolder(e *Environment, other string) rule.Problem {
	return e.deployProblem(takenTwice, "deploy.path",
		fmt.Sprintf("is the deploy path of environment %q, too", other), "choose another folder")
}

// NoDeployRepository is the Problem of an environment that is to be proposed and does
// not say where.
func NoDeployRepository(e *Environment) rule.Problem {
	return e.deployProblem(yamltree.MissingValue, "deploy.repository",
		"names no repository to propose to", "write deploy.repository as owner/name")
}

func (e *Environment) deployProblem(of rule.Rule, field, message, hint string) rule.Problem {
	at, field := e.Origins.At(field)
	return rule.Problem{
		Rule: of.ID, Severity: of.Severity, Environment: e.Name, File: at.File, Line: at.Line, Column: at.Column,
		Field: field, Message: message, Hint: hint,
	}
}
