// Package generate turns an environment into the files of its output folder.
// It is pure: no network, no clock, no process environment, no file system.
package generate

import (
	"cmp"
	"slices"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/manifest"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

// Render makes every file of an environment but the ledger, sorted by path so
// that the same environment always yields the same bytes in the same order.
// Files are only complete if no Problem is an error.
func Render(env *config.Environment) ([]tree.File, []rule.Problem) {
	r := &renderer{env: env, matched: make([]bool, len(env.Patches))}

	r.addNamespace()
	r.addRBAC()
	for _, app := range applications(env) {
		r.addApplication(app)
	}
	if env.ClusterMonitor != nil {
		r.addMonitor(env.ClusterMonitor)
	}
	r.addDashboard()
	r.addExtraManifests()
	r.addKustomization()
	// The controller's own objects come after the list of what it syncs: they are applied once, by hand.
	r.addGitOps()
	r.reportUnmatchedPatches()

	slices.SortFunc(r.files, func(a, b tree.File) int { return cmp.Compare(a.Path, b.Path) })
	return r.files, r.problems
}

// renderer collects the files of one environment.
type renderer struct {
	env      *config.Environment
	files    []tree.File
	problems []rule.Problem
	// matched tells which patches have found their object.
	matched []bool
}

// addObject patches an object, writes it to a file, and returns it as it was written.
func addObject[T object](r *renderer, path string, o T) T {
	patched := r.patch(o)
	data, err := manifest.Marshal(patched)
	if err != nil {
		r.reportManifest(kindOf(o)+"/"+o.GetName(), path, err)
		return o
	}
	r.addFile(path, data)
	if typed, ok := patched.(T); ok {
		return typed
	}
	return o
}

func (r *renderer) addFile(path string, data []byte) {
	r.files = append(r.files, tree.File{Path: path, Data: data})
}

// applications lists the applications by name.
func applications(env *config.Environment) []*config.Application {
	apps := make([]*config.Application, 0, len(env.Applications))
	for _, app := range env.Applications {
		apps = append(apps, app)
	}
	slices.SortFunc(apps, func(a, b *config.Application) int { return cmp.Compare(a.Name, b.Name) })
	return apps
}
