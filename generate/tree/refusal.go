package tree

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// A Permission allows what a Refusal refuses.
type Permission int

const (
	// Never is no permission: a person has to look first.
	Never Permission = iota
	// Force lets efgen take over files that it did not write.
	Force
	// AllowRemovals lets StatefulSets vanish.
	AllowRemovals
)

// Options are the permissions of a run.
type Options struct {
	Force         bool
	AllowRemovals bool
}

func (o Options) grant(p Permission) bool {
	return p == Force && o.Force || p == AllowRemovals && o.AllowRemovals
}

// A Refusal is something that efgen does not touch without permission.
type Refusal struct {
	// Path names the file with the tree's folder before it.
	Path string
	// Line counts from 1; 0 is the whole file.
	Line int
	// Reason says what is wrong: lower case, no full stop.
	Reason string
	// Hint says what to do.
	Hint string
	// Lifted is the permission that allows it.
	Lifted Permission
}

// String is the refusal in one line.
func (r Refusal) String() string {
	place := r.Path
	if r.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, r.Line)
	}
	return fmt.Sprintf("%s: %s; %s", place, r.Reason, r.Hint)
}

// Refused is the error of a run that would have touched what it must not.
type Refused []Refusal

func (r Refused) Error() string {
	lines := make([]string, len(r))
	for i, refusal := range r {
		lines[i] = refusal.String()
	}
	return strings.Join(lines, "\n")
}

func (r Refused) sorted() Refused {
	slices.SortFunc(r, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	return slices.Compact(r)
}

func edited(path string) Refusal {
	return Refusal{Path: path, Reason: "edited by hand since efgen wrote it", Lifted: Force,
		Hint: "move the change to the environment file, then use --force to overwrite it"}
}

// CheckoutHint says what to do about line ends that a checkout has changed.
const CheckoutHint = `write "out/** -text" and "environments/** -text" into .gitattributes, commit that, and check out again`

func checkedOut(path string) Refusal {
	return Refusal{Path: path, Reason: crlf, Hint: CheckoutHint, Lifted: Force}
}

func foreign(path string) Refusal {
	return Refusal{Path: path, Reason: "not efgen's: it did not write this file", Lifted: Force,
		Hint: "move it away, or use --force to overwrite it"}
}

func vanishing(path, object string) Refusal {
	return Refusal{Path: path, Reason: fmt.Sprintf("StatefulSet %q would vanish, and its nodes with it", object), Lifted: AllowRemovals,
		Hint: "use --allow-removals if that is meant"}
}

func differsInCase(path, there string) Refusal {
	return Refusal{Path: path, Reason: fmt.Sprintf("%q is there, which differs in case only", there),
		Hint: "move that one away: some systems take the two for one"}
}

func swapped(path string) Refusal {
	return Refusal{Path: path, Reason: "changed while efgen ran", Hint: "look who else writes here, then run again"}
}

func tooLarge(path string) Refusal {
	return Refusal{Path: path, Reason: fmt.Sprintf("larger than %d bytes, so it is not efgen's", maxFile), Hint: "move it away"}
}

func badLedger(path string, err *LedgerError) Refusal {
	if err.Reason == crlf {
		return Refusal{Path: path, Line: err.Line, Reason: crlf, Hint: CheckoutHint}
	}
	return Refusal{Path: path, Line: err.Line, Reason: err.Reason,
		Hint: "restore the ledger from version control, or delete it and use --force"}
}

// inTheWay refuses what is neither a file nor a folder where efgen needs one: to replace
// it could lose more than a text.
func inTheWay(path string, mode fs.FileMode) Refusal {
	what := "neither a file nor a folder"
	switch {
	case mode&fs.ModeSymlink != 0:
		what = "a symbolic link, which efgen does not follow"
	case mode.IsDir():
		what = "a folder where a file should be"
	case mode.IsRegular():
		what = "a file where a folder should be"
	}
	return Refusal{Path: path, Reason: what, Hint: "move it away"}
}
