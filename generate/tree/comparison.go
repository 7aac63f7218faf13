package tree

import (
	"bytes"
	"maps"
	"slices"
)

// ChangeKind says what happens to a file.
type ChangeKind string

// The kinds of change.
const (
	Added     ChangeKind = "added"
	Modified  ChangeKind = "modified"
	Removed   ChangeKind = "removed"
	Unchanged ChangeKind = "unchanged"
)

// A Change is what happens to one file of an environment.
type Change struct {
	Path string
	Kind ChangeKind
	// Hash is that of the wanted bytes, and of the last ones if Kind is Removed.
	Hash Hash
	// old is the hash of what is on disk; nil if Kind is Added, or Unchanged.
	old *Hash
}

// A Comparison is what stands between an environment's folder and what was
// generated for it. It keeps hashes, not bytes.
type Comparison struct {
	Environment string
	// Changes lists the files, the unchanged ones too, sorted by path.
	Changes []Change
	// Refusals lists what is not to be touched, by path, whatever lifts it.
	Refusals []Refusal

	stale     bool
	exists    bool     // the environment's folder
	ledger    []byte   // as it is on disk, nil if there is none
	forgotten Ledger   // listed files that are on disk no more, nor wanted
	leftovers []string // temporaries of a killed run
}

// Stale tells whether Apply would change anything on disk: a file, or the
// ledger alone.
func (c *Comparison) Stale() bool { return c.stale }

// settle finds out whether the folder is stale. What only Apply needs is not
// kept for nothing, where thousands of environments are unchanged.
func (c *Comparison) settle() {
	final := c.final()
	gone := len(final) == 0 && c.ledger != nil
	c.stale = gone || c.changed() || len(c.leftovers) > 0 || !bytes.Equal(c.ledger, final.Text())
	if !c.stale {
		c.ledger, c.forgotten = nil, nil
	}
}

func (c *Comparison) changed() bool {
	return slices.ContainsFunc(c.Changes, func(change Change) bool { return change.Kind != Unchanged })
}

// Refused lists the refusals that these permissions do not lift.
func (c *Comparison) Refused(o Options) Refused {
	return slices.DeleteFunc(slices.Clone(c.Refusals), func(r Refusal) bool { return o.grant(r.Lifted) })
}

// final is the ledger of the wanted files.
func (c *Comparison) final() Ledger {
	l := make(Ledger, len(c.Changes))
	for _, change := range c.Changes {
		if change.Kind != Removed {
			l[change.Path] = []Hash{change.Hash}
		}
	}
	return l
}

// ahead is the ledger for the time of writing: a run that takes over from a
// killed one finds every file either as it was or as it was to be.
func (c *Comparison) ahead() Ledger {
	l := c.final()
	for _, change := range c.Changes {
		if change.Kind == Modified || change.Kind == Removed {
			l[change.Path] = append([]Hash{*change.old}, l[change.Path]...)
		}
	}
	maps.Copy(l, c.forgotten)
	return l
}
