package app

import (
	"context"
	"maps"
	"slices"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

// Listed is an environment in a few words.
type Listed struct {
	Name string `json:"name"`
	// File is the environment file, as messages name it.
	File         string   `json:"file"`
	Namespace    string   `json:"namespace"`
	Applications []string `json:"applications"`
	// Secrets are those that must be in the namespace.
	Secrets []string `json:"secrets"`
	// Repository is where the environment is proposed, empty if nowhere.
	Repository string `json:"repository"`
}

// List reads the selected environments. It leaves out those that cannot be read.
func (p Project) List(ctx context.Context, selected Selection) ([]Listed, []rule.Problem, error) {
	folder, err := p.openEnvironments()
	if err != nil {
		return nil, nil, err
	}
	defer folder.Close()
	names, problems, err := p.names(ctx, folder, selected)
	if err != nil {
		return nil, nil, err
	}
	envs, err := each(ctx, p, names, func(name string) (listing, error) {
		env, problems := folder.Read(name)
		return listing{listedOf(env), problems}, nil
	})
	all := []Listed{}
	for _, env := range envs {
		problems = append(problems, env.problems...)
		if env.listed != nil {
			all = append(all, *env.listed)
		}
	}
	return all, p.ordered(problems), err
}

type listing struct {
	listed   *Listed // nil if the environment cannot be read
	problems []rule.Problem
}

func listedOf(env *config.Environment) *Listed {
	if env == nil {
		return nil
	}
	l := &Listed{
		Name: env.Name, File: env.File, Namespace: env.Namespace,
		Applications: slices.Sorted(maps.Keys(env.Applications)),
		Secrets:      env.Secrets(),
	}
	if env.Deploy != nil {
		l.Repository = env.Deploy.Repository
	}
	return l
}
