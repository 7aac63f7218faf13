package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/efgen/efgen/.ci/bench/measure"
)

// fresh gives a job an empty folder in each run.
func (w *workspace) fresh(name string) func() error {
	return func() error {
		if err := os.RemoveAll(w.path("new", name)); err != nil {
			return err
		}
		return os.MkdirAll(w.path("new", name), 0o755)
	}
}

func (w *workspace) one(name string, process measure.Process) measure.Job {
	process.Args[0] = w.tool(process.Args[0])
	return measure.Job{Name: name, Processes: []measure.Process{process}}
}

// efgen runs a command over all environments of a folder.
func (w *workspace) efgen(folder string, args ...string) measure.Job {
	return w.one("efgen", measure.Process{Args: append([]string{"efgen", "-C", w.path(folder)}, args...), Output: w.path("efgen.txt")})
}

// generate writes every file anew.
func (w *workspace) generate() measure.Job {
	job := w.efgen("efgen", "generate", "--all", "--out", w.path("new", "efgen"))
	job.Before = w.fresh("efgen")
	return job
}

// render does so without a check.
func (w *workspace) render() measure.Job {
	job := w.one("efgen, unchecked", measure.Process{Args: []string{"bare", "render", w.path("efgen", "environments"), w.path("new", "efgen")}})
	job.Before = w.fresh("efgen")
	return job
}

// writeOnly is the least that twelve files for each environment can cost.
func (w *workspace) writeOnly() measure.Job {
	job := w.one("writing alone", measure.Process{Args: []string{"bare", "write", w.path("efgen", "out", first), w.path("new", "files"), fmt.Sprint(w.n)}})
	job.Before = w.fresh("files")
	return job
}

func (w *workspace) cue() measure.Job {
	job := w.one("cue cmd", measure.Process{Args: []string{"cue", "cmd", "-t", "out=" + w.path("new", "cue"), "render"}, Dir: w.path("cue")})
	job.Before = w.fresh("cue")
	return job
}

// cueAgain writes over the files of the run before.
func (w *workspace) cueAgain() measure.Job {
	job := w.cue()
	job.Before = func() error { return os.MkdirAll(w.path("new", "cue"), 0o755) }
	return job
}

func (w *workspace) jsonnet() measure.Job {
	job := w.one("jsonnet -m", measure.Process{Args: []string{"jsonnet", "-S", "-m", w.path("new", "jsonnet"), "main.jsonnet"}, Dir: w.path("jsonnet")})
	job.Before = w.fresh("jsonnet")
	return job
}

// pool starts a process for each environment, as many at a time as efgen works on.
func (w *workspace) pool(name, folder string, process func(environment string) measure.Process) measure.Job {
	job := measure.Job{Name: name, Before: w.fresh(folder), Workers: runtime.GOMAXPROCS(0)}
	for i := range w.n {
		environment := fmt.Sprintf("site-%05d", i)
		p := process(environment)
		p.Args[0] = w.tool(p.Args[0])
		p.Output = w.path("new", folder, environment+".yaml")
		job.Processes = append(job.Processes, p)
	}
	return job
}

func (w *workspace) kustomize() measure.Job { return w.kustomizeBuild("kustomize build", "overlays") }

// kustomizeQuick does without the kind of patch that is usual and slow.
func (w *workspace) kustomizeQuick() measure.Job {
	return w.kustomizeBuild("kustomize, JSON patches", "quick")
}

func (w *workspace) kustomizeBuild(name, overlays string) measure.Job {
	return w.pool(name, "kustomize", func(environment string) measure.Process {
		return measure.Process{Args: []string{"kustomize", "build", w.path("kustomize", overlays, environment)}}
	})
}

func (w *workspace) helm() measure.Job {
	return w.pool("helm template", "helm", func(environment string) measure.Process {
		values := w.path("helm", "values", environment+".yaml")
		return measure.Process{Args: []string{"helm", "template", environment, w.path("helm", "chart"), "--values", values}}
	})
}

func (w *workspace) kubeconform() measure.Job {
	return w.one("kubeconform -n 4", measure.Process{Output: w.path("kubeconform.json"), Args: []string{
		"kubeconform", "-strict", "-n", "4", "-summary", "-output", "json",
		"-schema-location", w.path("schemas") + "/{{.ResourceKind}}{{.KindSuffix}}.json",
		"-ignore-filename-pattern", "kustomization.yaml", w.path("efgen", "out")}})
}

func (w *workspace) dyff() measure.Job {
	return w.one("dyff", measure.Process{Args: []string{"dyff", "between", w.path("before.yaml"), w.path("after.yaml")}, Output: w.path("dyff.txt")})
}

func (w *workspace) diffR() measure.Job {
	return measure.Job{Name: "diff -r", Processes: []measure.Process{{Args: []string{"diff", "-r", w.path("efgen", "out"), w.path("copy")}}}}
}
