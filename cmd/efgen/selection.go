package main

import (
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

// selection says which environments a command works on.
type selection struct {
	Env []string `name:"env" sep:"none" placeholder:"NAME" help:"Environment, or a pattern such as 'prod*'; may be repeated."`
	All bool     `help:"Every environment."`
	// ChangedSince narrows what Env and All select.
	ChangedSince string `placeholder:"REF" help:"Of those, the ones whose inputs or generated files differ from a git commit's."`
}

// openEnvironments opens the folder of environment files.
func (c *cli) openEnvironments() (*config.Folder, error) {
	folder, err := config.Open(c.in(c.Environments), c.Environments)
	if err != nil {
		return nil, &failure{code: exitUsage, err: err, hint: "run efgen where that folder is, or name it with -C or --environments"}
	}
	return folder, nil
}

// names lists the environments that are asked for. Problems of the folder as a
// whole come with them: a file that is not read is a mistake whoever is asked for.
func (s selection) names(c *cli, folder *config.Folder) ([]string, []rule.Problem, error) {
	names, problems, err := s.asked(folder)
	if err == nil && s.ChangedSince != "" {
		names, err = c.changedSince(s.ChangedSince, folder, names)
	}
	return names, problems, err
}

func (s selection) asked(folder *config.Folder) ([]string, []rule.Problem, error) {
	known, problems, err := folder.Names()
	if err != nil {
		return nil, nil, &failure{code: exitUsage, err: err}
	}
	if s.All {
		return known, problems, nil
	}
	var chosen []string
	for _, pattern := range s.Env {
		matched := matching(known, pattern)
		if len(matched) == 0 {
			return nil, nil, unknownEnvironment(pattern, known, problems)
		}
		chosen = append(chosen, matched...)
	}
	slices.Sort(chosen)
	return slices.Compact(chosen), nil, nil
}

// orAll is the selection of commands that look at everything unless told otherwise.
func (s selection) orAll() selection {
	if len(s.Env) == 0 {
		s.All = true
	}
	return s
}

func (s selection) check() error {
	switch {
	case s.All && len(s.Env) > 0:
		return usage("--all and --env exclude each other")
	case !s.All && len(s.Env) == 0:
		return &failure{code: exitUsage, err: usage("no environment is asked for"), hint: "name one with --env, or take --all"}
	}
	return nil
}

func matching(known []string, pattern string) []string {
	var names []string
	for _, name := range known {
		if ok, err := path.Match(pattern, name); ok && err == nil {
			names = append(names, name)
		}
	}
	return names
}

// unknownEnvironment says what there is instead. The problems are those of files
// that are no environments, of which one may be meant.
func unknownEnvironment(pattern string, known []string, problems []rule.Problem) error {
	what, hint := "there is no environment %q", "there is none yet: "+firstFile
	if strings.ContainsAny(pattern, `*?[\`) {
		what = "no environment matches %q"
	}
	if len(known) > 0 {
		hint = "there are " + abbreviated(known)
	}
	for _, p := range problems {
		if stem, _, _ := strings.Cut(path.Base(p.File), "."); stem == pattern {
			hint = p.File + ": " + p.Hint
		}
	}
	return &failure{code: exitUsage, err: usage(what, pattern), hint: hint}
}

// firstFile tells where there is no environment yet what one needs.
const firstFile = "write the first file: <name>.yaml with apiVersion: efgen/v1, kind: Environment and applications"

// nothingThere is the error of a run that would pass by looking at nothing.
func (c *cli) nothingThere() error {
	return &failure{code: exitUsage, err: usage("there is no environment in %s", c.Environments), hint: firstFile}
}

// abbreviated lists the first of many names.
func abbreviated(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
