package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
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

func (v validateCommand) Run(ctx context.Context, p app.Project, out *printer) error {
	if v.KubernetesVersion != "" && !slices.Contains(validate.Versions(), v.KubernetesVersion) {
		return fmt.Errorf("--kubernetes-version %q: there are schemas of %s", v.KubernetesVersion, strings.Join(validate.Versions(), ", "))
	}
	check := v.environments
	if len(v.Paths) > 0 {
		check = v.loose
	}
	found, err := check(ctx, p, out.stdin)
	if err != nil {
		return err
	}
	for _, one := range found.Environments {
		out.detail("%s: %s", one.Name, report.Tally(one.Problems))
	}
	if err := printChecked(out, found); err != nil {
		return err
	}
	return exit(codeFor(found.Problems))
}

// environments checks what is on disk.
func (v validateCommand) environments(ctx context.Context, p app.Project, _ io.Reader) (found app.Checked, err error) {
	if v.ClusterDomain != "" || v.Platform != nil || v.PodSecurity != nil || len(v.Schemas) > 0 {
		return found, errors.New("--cluster-domain, --platform, --pod-security and --schemas go with paths: environments say those themselves")
	}
	return p.Check(ctx, app.Selection(v.orAll()), v.KubernetesVersion)
}

// loose checks the files that the command line names, together.
func (v validateCommand) loose(_ context.Context, p app.Project, stdin io.Reader) (found app.Checked, err error) {
	if len(v.Env) > 0 || v.All {
		return found, errors.New("--env and --all go with the output tree, not with paths")
	}
	return p.CheckLoose(v.Paths, stdin, v.Schemas, validate.Facts{
		Platform:          orElse(v.Platform, "kubernetes"),
		Domain:            v.ClusterDomain,
		KubernetesVersion: cmp.Or(v.KubernetesVersion, "1.34"),
		Policy:            validate.Policy{PodSecurity: orElse(v.PodSecurity, "restricted")},
	})
}

func orElse(value *string, usual string) string {
	if value == nil {
		return usual
	}
	return *value
}

func printChecked(out *printer, found app.Checked) error {
	w, done := out.stdout, "checked "+rule.Counted(found.Manifests, "manifest")
	if len(found.Environments) > 0 {
		done += " of " + rule.Counted(len(found.Environments), "environment")
	}
	var err error
	switch out.format {
	case "json":
		err = report.JSON(w, map[string]any{
			"checked":  map[string]int{"environments": len(found.Environments), "manifests": found.Manifests},
			"problems": found.Problems,
		})
	case "sarif":
		err = report.SARIF(w, rules(), out.fromRoot(found.Problems))
	case "junit":
		var names []string
		for _, one := range found.Environments {
			names = append(names, one.Name)
		}
		err = report.JUnit(w, names, found.Problems)
	case "github":
		err = report.GitHub(w, out.fromRoot(found.Problems))
	default:
		err = out.text(w, found.Problems)
	}
	if out.format == "text" || out.format == "github" {
		out.Notice("%s", done)
	}
	return errors.Join(err, out.step("efgen validate: "+done, found.Problems))
}
