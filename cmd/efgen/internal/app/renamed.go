package app

import (
	"sync"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/validate/manifest"
)

// vanishedEnvironments are those of a base that have no environment file any more.
type vanishedEnvironments struct {
	list func() ([]vanishedEnvironment, error)
	// renamed holds the names of those that have another name now.
	renamed sync.Map
}

type vanishedEnvironment struct {
	name  string
	files []manifest.File
}

func (r *run) vanishedFrom(old base) *vanishedEnvironments {
	return &vanishedEnvironments{list: sync.OnceValues(func() (all []vanishedEnvironment, err error) {
		names, err := r.vanished(old)
		for _, name := range names {
			files, _, failed := before(old, name, nil)
			if failed != nil {
				return nil, failed
			}
			all = append(all, vanishedEnvironment{name, files})
		}
		return all, err
	})}
}

// formerFiles finds the files that an environment had under another name; nil if it is new.
func (v *vanishedEnvironments) formerFiles(e Rendering) ([]manifest.File, error) {
	all, err := v.list()
	if err != nil || len(all) == 0 {
		return nil, err
	}
	new := manifest.NewSet(manifests(e.Files), manifest.Facts{Environment: e.Environment.Name, Namespace: e.Environment.Namespace})
	for _, one := range all {
		if review.IsRenamed(one.set(), new) {
			if _, taken := v.renamed.LoadOrStore(one.name, true); !taken {
				return one.files, nil
			}
		}
	}
	return nil, nil
}

func (v vanishedEnvironment) set() *manifest.Set {
	return manifest.NewSet(v.files, manifest.Facts{Environment: v.name})
}

// addTo adds to a review that everything of the vanished environments is removed, but of
// those that have another name now.
func (v *vanishedEnvironments) addTo(comparer *review.Comparer) error {
	all, err := v.list()
	for _, one := range all {
		if _, isRenamed := v.renamed.Load(one.name); !isRenamed {
			comparer.Add(one.set(), manifest.NewSet(nil, manifest.Facts{Environment: one.name}), nil)
		}
	}
	return err
}
