// Package app answers what can be asked of a project: it reads its environments, renders,
// checks and compares them, and writes what changed. It has a method for each question,
// and knows no streams, formats or exit codes.
package app

import (
	"context"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/efgen/efgen/cmd/efgen/internal/git"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schemas"
)

// A Project is where a run works, and how.
type Project struct {
	// Directory is where relative paths start.
	Directory string
	// Environments is the folder of the environment files, as messages name it.
	Environments string
	// Out is the folder of the generated files, as messages name it.
	Out string
	// Jobs is how many environments are worked on at a time, at least one.
	Jobs int
	// Strict makes warnings errors.
	Strict bool
	// Today is the day against which exceptions expire; it decides what is accepted,
	// never what is written.
	Today   time.Time
	Git     Git
	Watcher Watcher
}

// Git is what a Project asks of git, as git.Client answers it.
type Git interface {
	Open(ctx context.Context, dir string) (*git.Repository, error)
}

// A Watcher hears how a run goes while it goes.
type Watcher interface {
	// Notice hears what is neither a result nor an error.
	Notice(format string, args ...any)
	// Progress hears of work that begins: how much there is in all, and in done how much
	// of it is done at any time. It returns what is called when the work ends.
	Progress(total int, done *atomic.Int64) (stop func())
}

// An Error is an error with what to do about it.
type Error struct {
	Err  error
	Hint string
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Path is where a path of the command line lies, seen from this process.
func (p Project) Path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.Directory, name)
}

// Explain reads one environment for questions about its fields. The Explainer is nil if
// its file has no values.
func (p Project) Explain(name string) (*config.Explainer, []rule.Problem, error) {
	folder, err := p.openEnvironments()
	if err != nil {
		return nil, nil, err
	}
	defer folder.Close()
	known, problems, err := folder.Names()
	if err != nil {
		return nil, nil, err
	}
	if !slices.Contains(known, name) {
		return nil, nil, unknownEnvironment(name, known, problems)
	}
	explainer, problems := folder.Explain(name)
	return explainer, p.ordered(problems), nil
}

func (p Project) openEnvironments() (*config.Folder, error) {
	folder, err := config.Open(p.Path(p.Environments), p.Environments, schemas.Minors())
	if err != nil {
		return nil, &Error{err, "run efgen where that folder is, or name it with -C or --environments"}
	}
	return folder, nil
}

// each calls work for all items, as many at a time as Jobs says. The results are in the
// order of the items, whole only without an error.
func each[Item, Result any](ctx context.Context, p Project, items []Item, work func(Item) (Result, error)) ([]Result, error) {
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(p.Jobs)
	results := make([]Result, len(items))
	var done atomic.Int64
	defer p.Watcher.Progress(len(items), &done)()
	for i, item := range items {
		if working.Err() != nil {
			break
		}
		group.Go(func() (err error) {
			defer done.Add(1)
			results[i], err = work(item)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return results, err
	}
	return results, ctx.Err()
}
