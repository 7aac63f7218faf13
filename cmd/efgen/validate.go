package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/rule"
)

type validateCommand struct {
	selection
	Paths             []string `arg:"" optional:"" name:"path" help:"Files or folders of Kubernetes YAML, or - for standard input, instead of environments."`
	KubernetesVersion string   `placeholder:"MINOR" help:"Kubernetes version to check against: of loose paths (1.34), or instead of what the environments say."`
	Schemas           []string `sep:"none" placeholder:"FILE" help:"CustomResourceDefinitions or JSON Schemas for kinds in loose paths; may be repeated."`
	ClusterDomain     string   `placeholder:"DOMAIN" help:"DNS domain of the cluster of loose paths (cluster.local)."`
	Platform          *string  `enum:"kubernetes,openshift" placeholder:"NAME" help:"Platform of loose paths: kubernetes or openshift (kubernetes)."`
	PodSecurity       *string  `enum:"privileged,baseline,restricted" placeholder:"LEVEL" help:"Pod Security level of loose paths: privileged, baseline or restricted (restricted)."`
}

func (validateCommand) Help() string {
	return `Without a path, what is on disk for the environments is checked, so that an edit by hand is seen.
Nothing is fetched: the schemas are in the binary. Results are also printed as json, sarif, junit or github.

Examples:
  efgen validate
  efgen validate --env production --strict
  efgen validate --kubernetes-version 1.37     # would a newer cluster take it?
  kubectl get statefulset,service -o yaml | efgen validate --pod-security baseline -`
}

// checked is what a validation looked at and what it found.
type checked struct {
	environments []string
	manifests    int
	problems     []rule.Problem
}

func (v validateCommand) Run(c *cli) error {
	format, err := c.formatIn("text", "json", "sarif", "junit", "github")
	if err != nil {
		return err
	}
	if v.KubernetesVersion != "" && !slices.Contains(validate.Versions(), v.KubernetesVersion) {
		return usage("--kubernetes-version %q: there are schemas of %s", v.KubernetesVersion, strings.Join(validate.Versions(), ", "))
	}
	check := v.environments
	if len(v.Paths) > 0 {
		check = v.loose
	}
	result, err := check(c)
	if err != nil {
		return err
	}
	result.problems = c.settle(result.problems)
	if err := result.print(c, format); err != nil {
		return err
	}
	if rule.Failed(result.problems) {
		return exit(exitProblems)
	}
	return nil
}

func (r checked) print(c *cli, format string) error {
	w, done := c.stdout(), "checked "+counted(r.manifests, "manifest")
	if len(r.environments) > 0 {
		done += " of " + counted(len(r.environments), "environment")
	}
	var err error
	switch format {
	case "json":
		err = report.JSON(w, map[string]any{
			"checked":  map[string]int{"environments": len(r.environments), "manifests": r.manifests},
			"problems": notNil(r.problems),
		})
	case "sarif":
		err = report.SARIF(w, rules(), c.fromRoot(r.problems))
	case "junit":
		err = report.JUnit(w, r.environments, r.problems)
	case "github":
		err = report.GitHub(w, c.fromRoot(r.problems))
	default:
		err = c.tell(w, r.problems)
	}
	if format == "text" || format == "github" {
		c.say("%s", done)
	}
	return errors.Join(err, c.tellStep("efgen validate: "+done, r.problems))
}

// counted is "1 manifest", or "2 manifests".
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// environments checks what is on disk.
func (v validateCommand) environments(c *cli) (checked, error) {
	if v.ClusterDomain != "" || v.Platform != nil || v.PodSecurity != nil || len(v.Schemas) > 0 {
		return checked{}, usage("--cluster-domain, --platform, --pod-security and --schemas go with paths: environments say those themselves")
	}
	p, err := c.openPipeline(true)
	if err != nil {
		return checked{}, err
	}
	defer p.close()
	p.checker.Thorough = true
	names, problems, err := v.orAll().names(c, p.folder)
	if err != nil {
		return checked{}, err
	}
	if len(names) == 0 && len(problems) == 0 && v.ChangedSince == "" {
		return checked{}, p.nothingThere()
	}
	found := make([][]rule.Problem, len(names))
	err = p.each(len(names), func(i int) (err error) {
		found[i], err = p.checkOnDisk(names[i], v.KubernetesVersion)
		return err
	})
	for i, some := range found {
		problems = append(problems, some...)
		p.detail("%s: %s", names[i], report.Tally(some))
	}
	return checked{names, p.checker.Manifests(), append(problems, p.clashes()...)}, err
}

// checkOnDisk checks the files of one environment as they are, for another version of
// Kubernetes if there is one.
func (p *pipeline) checkOnDisk(name, kubernetes string) ([]rule.Problem, error) {
	env, problems := p.read(name)
	if env == nil || rule.Failed(problems) {
		return problems, nil
	}
	stored, err := p.tree.Read(name, isChecked)
	if err != nil {
		return nil, err
	}
	if len(stored) == 0 {
		return nil, &failure{code: exitUsage, err: usage("there is nothing in %s", path.Join(p.Out, name)), hint: "run efgen generate --env " + name}
	}
	owned, lost := map[string]bool{}, map[string]bool{}
	var files []tree.File
	for _, file := range stored {
		at := path.Join(p.Out, name, file.Path)
		owned[file.Path] = file.State == tree.Owned
		switch file.State {
		case tree.Edited:
			problems = append(problems, validate.HandEdited(name, at))
		case tree.Missing:
			problems = append(problems, validate.Deleted(name, at))
			lost[file.Path] = true
		}
		// A manifest that is gone counts as an empty one: what it held is missed, and it
		// is not said again that kustomization.yaml lists it.
		if !lost[file.Path] || path.Ext(file.Path) == ".yaml" && file.Path != listing {
			files = append(files, file.File)
		}
	}
	known := facts(env)
	known.KubernetesVersion = cmp.Or(kubernetes, known.KubernetesVersion)
	var ours []rule.Problem
	for _, problem := range p.checker.Files(toCheck(files), known) {
		if leftOut(problem) && owned[problem.File] {
			problem.Hint = "run `efgen generate --env " + name + " --force`"
		}
		if problem.File == "" || owned[problem.File] && !leftOut(problem) || inSchema(env, problem) {
			ours = append(ours, problem)
			continue
		}
		problem.File = path.Join(p.Out, name, problem.File)
		problems = append(problems, problem)
	}
	return append(problems, locate(env, files, ours)...), nil
}

// listing is what kustomize reads.
const listing = "kustomization.yaml"

// leftOut tells whether a problem is a file that nobody applies: no field of the environment
// is behind it.
func leftOut(p rule.Problem) bool { return p.Rule == "EF318" && p.Field == "" }

// isChecked picks the files that somebody put beside efgen's.
func isChecked(file string) bool {
	switch path.Ext(file) {
	case ".yaml", ".yml", ".json", ".conf":
		return fs.ValidPath(file)
	}
	return false
}
