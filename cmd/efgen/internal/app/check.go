package app

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/fit"
	"github.com/efgen/efgen/validate/rule"
)

// Checked is what a check looked at and what it found.
type Checked struct {
	// Environments are those that were looked at, in order; none for loose files.
	Environments []CheckedEnvironment
	// Manifests is how many there were.
	Manifests int
	Problems  []rule.Problem
}

// A CheckedEnvironment has the problems of one environment, clashes with others apart.
type CheckedEnvironment struct {
	Name     string
	Problems []rule.Problem
}

// Check checks what is on disk for the selected environments. kubernetes is a version to
// check against instead of theirs; it may be empty.
func (p Project) Check(ctx context.Context, selected Selection, kubernetes string) (Checked, error) {
	r, err := p.open(ctx, false)
	if err != nil {
		return Checked{}, err
	}
	defer r.close()
	r.checker.Thorough = true
	all, problems, err := r.eachSelected(ctx, selected, func(name string) (outcome, error) { return r.checkOnDisk(name, kubernetes) })
	if err == nil {
		err = r.notNothing(selected, len(all)+len(problems))
	}
	found := Checked{Manifests: r.checker.Manifests(), Problems: p.ordered(append(problems, r.clashes(all)...))}
	for _, one := range all {
		found.Environments = append(found.Environments, CheckedEnvironment{one.name, one.problems})
	}
	return found, err
}

func (r *run) checkOnDisk(name, kubernetes string) (outcome, error) {
	e := r.read(name)
	if !e.usable() {
		return e.outcome, nil
	}
	stored, err := r.tree.Read(name, isChecked)
	if err != nil {
		return outcome{}, err
	}
	if len(stored) == 0 {
		return outcome{}, &Error{fmt.Errorf("there is nothing in %s", path.Join(r.Out, name)), "run efgen generate --env " + name}
	}
	known := facts(e.Environment, r.Today)
	known.KubernetesVersion = cmp.Or(kubernetes, known.KubernetesVersion)
	files, owned := stillThere(stored)
	e.problems = append(e.problems, ledgerProblems(name, path.Join(r.Out, name), stored)...)
	found := r.checker.Files(manifests(files), known)
	e.problems = append(e.problems, r.locateOnDisk(e.Environment, files, owned, found)...)
	return e.outcome, nil
}

// ledgerProblems reports files that are not as the ledger says.
func ledgerProblems(name, folder string, stored []tree.Stored) (problems []rule.Problem) {
	for _, file := range stored {
		switch at := path.Join(folder, file.Path); file.State {
		case tree.Converted:
			problems = append(problems, fit.LineEndsChanged(name, at))
		case tree.Edited:
			problems = append(problems, fit.HandEdited(name, at))
		case tree.Missing:
			problems = append(problems, fit.Deleted(name, at))
		}
	}
	return problems
}

// stillThere returns the files to check, and which of them are as efgen wrote them. A
// missing manifest counts as an empty one: rules miss its objects, but none complains again
// that kustomization.yaml lists a file that is not there.
func stillThere(stored []tree.Stored) (files []tree.File, owned map[string]bool) {
	owned = map[string]bool{}
	for _, file := range stored {
		owned[file.Path] = file.State == tree.Owned
		if file.State != tree.Missing || path.Ext(file.Path) == ".yaml" && file.Path != "kustomization.yaml" {
			files = append(files, file.File)
		}
	}
	return files, owned
}

// locateOnDisk points problems of files that efgen wrote at the environment file, others
// at the files themselves.
func (r *run) locateOnDisk(env *config.Environment, files []tree.File, owned map[string]bool, found []rule.Problem) []rule.Problem {
	var problems, ours []rule.Problem
	for _, problem := range found {
		if unlisted(problem) && owned[problem.File] {
			problem.Hint = "run `efgen generate --env " + env.Name + " --force`"
		}
		if problem.File == "" || owned[problem.File] && !unlisted(problem) || inSchema(env, problem) {
			ours = append(ours, problem)
			continue
		}
		problem.File = path.Join(r.Out, env.Name, problem.File)
		problems = append(problems, problem)
	}
	return append(problems, locate(env, files, ours)...)
}

// unlisted reports whether a problem is a file that nobody applies: no field of the
// environment is behind it.
func unlisted(p rule.Problem) bool { return p.Rule == "EF318" && p.Field == "" }

// isChecked picks what is checked of the files that somebody put beside efgen's.
func isChecked(file string) bool {
	switch path.Ext(file) {
	case ".yaml", ".yml", ".json", ".conf":
		return fs.ValidPath(file)
	}
	return file == "Kustomization" // which kustomize reads as well
}

// server is the API server that the environment's Argo CD is told to use, in one spelling.
// It is empty for the default, by which every Argo CD means its own cluster.
func server(env *config.Environment) string {
	if env.GitOps == nil || env.GitOps.ArgoCD == nil {
		return ""
	}
	address := strings.TrimSuffix(strings.TrimRight(strings.ToLower(env.GitOps.ArgoCD.Server), "/"), ":443")
	if address == "https://kubernetes.default.svc" {
		return ""
	}
	return address
}

// facts is all that the checker may know of an environment.
func facts(env *config.Environment, today time.Time) validate.Facts {
	f := validate.Facts{
		Environment:       env.Name,
		Cluster:           env.Cluster.Name,
		Server:            server(env),
		Platform:          string(env.Cluster.Platform),
		Domain:            env.Cluster.Domain,
		KubernetesVersion: env.Cluster.Version,
		ProductVersion:    env.ProductVersion,
		RegistryInsecure:  env.Registry.Insecure,
		GitOps:            env.GitOps != nil,
		Policy: validate.Policy{
			PodSecurity:       string(env.Policy.PodSecurity),
			RequireDigest:     env.Policy.RequireDigest,
			AllowedRegistries: env.Policy.AllowedRegistries,
		},
		Today: today,
	}
	f.Trusts, f.DiscoveryDistrusted = map[string][]string{}, map[string]bool{}
	for name, app := range env.Applications {
		f.Trusts[name] = app.Security.TrustApplications
		f.DiscoveryDistrusted[name] = !*app.Security.TrustDiscoveryServices
	}
	for _, path := range env.Schemas {
		f.Schemas = append(f.Schemas, validate.File{Path: path, Data: env.Contents[path]})
	}
	for _, e := range env.Policy.Exceptions {
		// The text is a date or empty, since config has checked it; without a date, the
		// exception holds for ever.
		expires, _ := time.Parse(time.DateOnly, e.Expires)
		f.Policy.Exceptions = append(f.Policy.Exceptions, validate.Exception{
			Rule: e.Rule, Resource: e.Resource, Reason: e.Reason, Expires: expires,
		})
	}
	return f
}
