package pullrequest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/tree"
)

// A plan is what is to be done, in this order: the branch, then the pull request;
// the other way round when they go.
type plan struct {
	operation   Operation
	message     string
	branch      branchStep
	pull        pullStep
	changes     []change
	title, body string
}

type branchStep int

const (
	_ branchStep = iota // the branch stays as it is
	// setBranch makes the branch one commit on the base.
	setBranch
	removeBranch
)

type pullStep int

const (
	keepPull pullStep = iota
	openPull
	editPull
	closePull
)

// A change is a Change and the bytes that it brings.
type change struct {
	Change
	data []byte
}

// decide finds out what is to be done; nothing but its arguments matters.
func decide(s *observation, w Want, d Description, o Options) (*plan, error) {
	if reasons := refusals(s, w); len(reasons) > 0 {
		return nil, &RefusedError{reasons}
	}
	changes := changesTo(s, w)
	if len(changes) == 0 {
		return conclude(s, w, o)
	}
	if err := blocked(s, w, o); err != nil {
		return nil, err
	}
	p := &plan{operation: None, message: "the proposal is up to date", changes: changes, title: d.Title}
	own := s.own(w)
	if own == nil || !own.isCurrent(w, s) || s.adrift || o.RequireVerified && !(own.verified && s.branch.verified) {
		p.operation, p.message, p.branch = Updated, "the proposal was out of date", setBranch
	}
	told := account{content: w.digest(), replaces: s.replaces(), text: d.Text}
	if s.open == nil {
		told.setup = w.isDressed()
		p.operation, p.message, p.pull, p.body = Created, "there was no proposal yet", openPull, told.in("")
		if len(s.strays) > 0 {
			p.message = s.strayed()
		}
		return p, nil
	}
	if p.body = s.open.body; !told.isIn(p.body) {
		p.body = told.in(p.body)
	}
	if s.open.title != p.title || s.open.body != p.body {
		p.operation, p.message, p.pull = Updated, "the proposal was out of date", editPull
	}
	if p.operation == None && len(s.strays) > 0 {
		p.operation, p.message = Updated, s.strayed()
	}
	return p, nil
}

func (s *observation) strayed() string {
	return fmt.Sprintf("pull request #%d was against %s", s.strays[0].number, s.strays[0].base)
}

// conclude is for when nothing is left to propose.
func conclude(s *observation, w Want, o Options) (*plan, error) {
	p := &plan{operation: None, message: "there is nothing to propose"}
	proposed := s.open != nil || len(s.strays) > 0
	if !proposed && s.own(w) == nil {
		return p, nil
	}
	if err := s.missed(w); err != nil && !o.Overwrite {
		return nil, err
	}
	p.operation, p.message = Closed, "there is nothing left to propose"
	if !proposed {
		p.message = "a branch was left of an earlier proposal"
	}
	if s.branch != nil {
		p.branch = removeBranch
	}
	if s.open != nil {
		p.pull, p.title, p.body = closePull, s.open.title, account{text: closingText(s, w)}.in(s.open.body)
	}
	return p, nil
}

// blocked says which person's decision stands against a proposal.
func blocked(s *observation, w Want, o Options) error {
	if files := edited(s, w); len(files) > 0 && !o.Overwrite {
		return &BlockedError{
			Reason: fmt.Sprintf("edited by hand on %s: %s", s.base, abbreviated(files)),
			Hint:   "move the change to the environment file, then use --overwrite to propose over it",
		}
	}
	if err := s.missed(w); err != nil && !o.Overwrite {
		return err
	}
	own := s.own(w)
	switch {
	case own != nil && own.isNewer(w.Source) && (!own.isCurrent(w, s) || len(s.strays) > 0) && !o.Overwrite:
		return &BlockedError{Reason: "a newer run has made a proposal meanwhile", Hint: "use --overwrite to go back to this run's"}
	case s.open == nil && s.closed != nil && !s.closed.merged && !o.Reopen:
		if digest, _ := described(s.closed.body); digest == w.digest() {
			return &BlockedError{
				Reason: fmt.Sprintf("pull request #%d with this content was closed by a person", s.closed.number),
				Hint:   "use --reopen to propose it again",
			}
		}
	}
	return nil
}

// own is the commit by which efgen proposes, nil if the branch is not efgen's.
func (s *observation) own(w Want) *commit {
	own := s.branch
	if s.below != nil {
		own = s.below
	}
	if own == nil || !own.isOurs(w.Environment) {
		return nil
	}
	return own
}

// missed says what somebody would miss if the branch went, nil if nobody would.
func (s *observation) missed(w Want) error {
	b, own := s.branch, s.own(w)
	merged := s.closed != nil && s.closed.merged && b != nil && s.closed.head == b.sha
	switch {
	case b == nil || b.sha == s.head.sha || merged:
		return nil
	case own == nil:
		return &BlockedError{
			Reason: fmt.Sprintf("branch %s holds commits that are not efgen's", w.branch()),
			Hint:   "merge or move them away, or use --overwrite to replace them",
		}
	case own.path() != w.Path:
		return &BlockedError{
			Reason: fmt.Sprintf("branch %s proposes %s, not %s: is there an environment %s elsewhere, too?", w.branch(), own.path(), w.Path, w.Environment),
			Hint:   "rename one of the two environments; use --overwrite if the path has moved",
		}
	}
	return nil
}

// changesTo lists what the deploy path lacks, sorted by path.
func changesTo(s *observation, w Want) []change {
	wanted := w.contents()
	var changes []change
	for p, data := range wanted {
		kind := tree.Added
		if _, there := s.files[p]; there {
			kind = tree.Modified
		}
		if !s.asWanted(p, wanted) {
			changes = append(changes, change{Change{p, kind}, data})
		}
	}
	for p := range s.ledger {
		_, there := s.files[p]
		if _, isWanted := wanted[p]; there && !isWanted {
			changes = append(changes, change{Change{Path: p, Kind: tree.Removed}, nil})
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return strings.Compare(a.Path, b.Path) })
	return changes
}

// replaced lists the files of efgen's that are in the deploy path, but the ledger.
func replaced(s *observation, w Want) []tree.File {
	wanted := w.contents()
	var old []tree.File
	for _, p := range slices.Sorted(maps.Keys(s.ledger)) {
		file, there := s.files[p]
		switch {
		case !there || !file.isFile():
		case s.asWanted(p, wanted):
			old = append(old, tree.File{Path: p, Data: wanted[p]})
		default:
			old = append(old, tree.File{Path: p, Data: s.old[file.sha]})
		}
	}
	return old
}

// abbreviated lists the first of many names.
func abbreviated(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
