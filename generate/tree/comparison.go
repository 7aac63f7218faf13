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

// A Comparison says how an environment's folder differs from what was generated for it.
// It keeps hashes, not bytes.
type Comparison struct {
	Environment string
	// Changes lists the files, the unchanged ones too, sorted by path.
	Changes []Change
	// Refusals lists what must not be touched, sorted by path, also where a permission
	// allows it.
	Refusals []Refusal

	stale     bool
	exists    bool     // the environment's folder
	ledger    []byte   // as it is on disk, nil if there is none
	forgotten Ledger   // listed files that are neither on disk nor wanted
	leftovers []string // temporary files of a killed run
}

// Stale reports whether Apply would change anything on disk, if only the ledger.
func (c *Comparison) Stale() bool { return c.stale }

// setStale decides whether the folder is stale. If not, it drops what only Apply needs:
// a run may compare thousands of unchanged environments.
func (c *Comparison) setStale() {
	wanted := c.wantedLedger()
	gone := len(wanted) == 0 && c.ledger != nil
	c.stale = gone || c.changed() || len(c.leftovers) > 0 || !bytes.Equal(c.ledger, wanted.Text())
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

// wantedLedger lists the wanted files.
func (c *Comparison) wantedLedger() Ledger {
	l := make(Ledger, len(c.Changes))
	for _, change := range c.Changes {
		if change.Kind != Removed {
			l[change.Path] = []Hash{change.Hash}
		}
	}
	return l
}

// ledgerWhileWriting lists each file with both its old and its new hash: if this run is
// killed, the next one finds every file either as it was or as it should become.
func (c *Comparison) ledgerWhileWriting() Ledger {
	l := c.wantedLedger()
	for _, change := range c.Changes {
		if change.Kind == Modified || change.Kind == Removed {
			l[change.Path] = append([]Hash{*change.old}, l[change.Path]...)
		}
	}
	maps.Copy(l, c.forgotten)
	return l
}
