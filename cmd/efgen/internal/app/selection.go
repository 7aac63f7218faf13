package app

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

// A Selection says which environments a run is about.
type Selection struct {
	// Env holds names and patterns.
	Env []string
	// All selects every environment, and Env does not matter.
	All bool
	// ChangedSince is a git commit: of what Env and All select, only environments that
	// differ from it count. Empty: all count.
	ChangedSince string
}

// Names lists the environments that are selected. With All come the problems of the
// folder as a whole, such as files that are not read because of their names.
func (p Project) Names(ctx context.Context, selected Selection) ([]string, []rule.Problem, error) {
	folder, err := p.openEnvironments()
	if err != nil {
		return nil, nil, err
	}
	defer folder.Close()
	names, problems, err := p.names(ctx, folder, selected)
	return append([]string{}, names...), p.ordered(problems), err
}

func (p Project) names(ctx context.Context, folder *config.Folder, selected Selection) ([]string, []rule.Problem, error) {
	names, problems, err := selected.among(folder)
	if err == nil && selected.ChangedSince != "" {
		names, err = p.changedSince(ctx, selected.ChangedSince, folder, names)
	}
	return names, problems, err
}

func (s Selection) among(folder *config.Folder) ([]string, []rule.Problem, error) {
	known, problems, err := folder.Names()
	if err != nil || s.All {
		return known, problems, err
	}
	var chosen []string
	for _, pattern := range s.Env {
		before := len(chosen)
		for _, name := range known {
			if ok, err := path.Match(pattern, name); ok && err == nil {
				chosen = append(chosen, name)
			}
		}
		if len(chosen) == before {
			return nil, nil, unknownEnvironment(pattern, known, problems)
		}
	}
	slices.Sort(chosen)
	return slices.Compact(chosen), nil, nil
}

// unknownEnvironment is the error of a name or pattern that no environment has. Its hint
// says what there is instead; one of the problems may be of the file that was meant.
func unknownEnvironment(pattern string, known []string, problems []rule.Problem) error {
	what, hint := "there is no environment %q", "there is none yet: "+firstFile
	if strings.ContainsAny(pattern, `*?[\`) {
		what = "no environment matches %q"
	}
	if len(known) > 0 {
		hint = "there are " + Abbreviated(known)
	}
	for _, p := range problems {
		if stem, _, _ := strings.Cut(path.Base(p.File), "."); stem == pattern {
			hint = p.File + ": " + p.Hint
		}
	}
	return &Error{fmt.Errorf(what, pattern), hint}
}

// firstFile says what the first environment needs.
const firstFile = "write the first file: <name>.yaml with apiVersion: efgen/v1, kind: Environment and applications"

// notNothing is the error of a run that would pass by looking at nothing.
func (p Project) notNothing(selected Selection, found int) error {
	if found > 0 || selected.ChangedSince != "" {
		return nil
	}
	return &Error{fmt.Errorf("there is no environment in %s", p.Environments), firstFile}
}

// Abbreviated lists the first of many names.
func Abbreviated(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

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
	read, err := each(ctx, p, names, func(name string) (listing, error) {
		env, problems := folder.Read(name)
		return listing{listedOf(env), problems}, nil
	})
	all := []Listed{}
	for _, one := range read {
		problems = append(problems, one.problems...)
		if one.Name != "" {
			all = append(all, one.Listed)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	return all, p.ordered(problems), nil
}

type listing struct {
	Listed   // without a name if the environment cannot be read
	problems []rule.Problem
}

func listedOf(env *config.Environment) (l Listed) {
	if env == nil {
		return l
	}
	if env.Deploy != nil {
		l.Repository = env.Deploy.Repository
	}
	l.Name, l.File, l.Namespace, l.Secrets = env.Name, env.File, env.Namespace, env.Secrets()
	l.Applications = slices.Sorted(maps.Keys(env.Applications))
	return l
}
