package app

import (
	"sync"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/validate/manifest"
)

// gone are the environments of a base that have no environment file any more. One that
// has another name now is not gone.
type gone struct {
	list    func() ([]former, error)
	renamed sync.Map
}

// A former environment, with its files.
type former struct {
	name  string
	files []manifest.File
}

func (r *run) goneFrom(old base) *gone {
	return &gone{list: sync.OnceValues(func() (all []former, err error) {
		names, err := r.vanished(old)
		for _, name := range names {
			files, _, failed := before(old, name, nil)
			if failed != nil {
				return nil, failed
			}
			all = append(all, former{name, files})
		}
		return all, err
	})}
}

// under finds the files that an environment had under another name; nil if it is new.
func (g *gone) under(e Rendering) ([]manifest.File, error) {
	all, err := g.list()
	if err != nil || len(all) == 0 {
		return nil, err
	}
	new := manifest.NewSet(manifests(e.Files), manifest.Facts{Environment: e.Environment.Name, Namespace: e.Environment.Namespace})
	for _, one := range all {
		if review.IsRenamed(one.set(), new) {
			if _, taken := g.renamed.LoadOrStore(one.name, true); !taken {
				return one.files, nil
			}
		}
	}
	return nil, nil
}

func (f former) set() *manifest.Set {
	return manifest.NewSet(f.files, manifest.Facts{Environment: f.name})
}

// show adds to a review that everything of the gone environments is removed.
func (g *gone) show(comparer *review.Comparer) error {
	all, err := g.list()
	for _, one := range all {
		if _, is := g.renamed.Load(one.name); !is {
			comparer.Add(one.set(), manifest.NewSet(nil, manifest.Facts{Environment: one.name}), nil)
		}
	}
	return err
}
