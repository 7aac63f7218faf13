package pullrequest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/tree"
)

// A plan says what to do: first with the branch, then with the pull request; to end a
// proposal, first with the pull request.
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
	keepBranch branchStep = iota
	// setBranch makes one commit on the base the branch's head.
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

// A change is a Change with the new bytes of the file.
type change struct {
	Change
	data []byte
}

// decide makes the plan, from its arguments alone.
func decide(s *observation, w Want, d Description, o Options) (*plan, error) {
	if reasons := refusals(s, w); len(reasons) > 0 {
		return nil, &RefusedError{reasons}
	}
	changes := changesTo(s, w)
	if len(changes) == 0 {
		return decideEnd(s, w, o)
	}
	if err := checkPeople(s, w, o); err != nil {
		return nil, err
	}
	p := &plan{operation: None, message: "the proposal is up to date", changes: changes, title: d.Title}
	own := s.own(w)
	if own == nil || !own.isCurrent(w, s) || s.offBase || o.RequireVerified && !(own.verified && s.branchHead.verified) {
		p.operation, p.message, p.branch = Updated, "the proposal was out of date", setBranch
	}
	text := region{content: w.digest(), replaces: s.replaces(), text: d.Text}
	if s.open == nil {
		text.setup = w.hasAttributes()
		p.operation, p.message, p.pull, p.body = Created, "there was no proposal yet", openPull, text.insertInto("")
		if len(s.otherBase) > 0 {
			p.message = s.otherBaseMessage()
		}
		return p, nil
	}
	if p.body = s.open.body; !text.isIn(p.body) {
		p.body = text.insertInto(p.body)
	}
	if s.open.title != p.title || s.open.body != p.body {
		p.operation, p.message, p.pull = Updated, "the proposal was out of date", editPull
	}
	if p.operation == None && len(s.otherBase) > 0 {
		p.operation, p.message = Updated, s.otherBaseMessage()
	}
	return p, nil
}

func (s *observation) otherBaseMessage() string {
	return fmt.Sprintf("pull request #%d was against %s", s.otherBase[0].number, s.otherBase[0].base)
}

// decideEnd makes the plan when nothing is left to propose.
func decideEnd(s *observation, w Want, o Options) (*plan, error) {
	p := &plan{operation: None, message: "there is nothing to propose"}
	proposed := s.open != nil || len(s.otherBase) > 0
	if !proposed && s.own(w) == nil {
		return p, nil
	}
	if err := s.checkReplaceable(w); err != nil && !o.Overwrite {
		return nil, err
	}
	p.operation, p.message = Closed, "there is nothing left to propose"
	if !proposed {
		p.message = "a branch was left of an earlier proposal"
	}
	if s.branchHead != nil {
		p.branch = removeBranch
	}
	if s.open != nil {
		p.pull, p.title, p.body = closePull, s.open.title, region{text: closingText(s, w)}.insertInto(s.open.body)
	}
	return p, nil
}

// checkPeople returns a BlockedError if the plan would undo what a person has done.
func checkPeople(s *observation, w Want, o Options) error {
	if files := editedFiles(s, w); len(files) > 0 && !o.Overwrite {
		return &BlockedError{
			Reason: fmt.Sprintf("edited by hand on %s: %s", s.base, abbreviated(files)),
			Hint:   "move the change to the environment file, then use --overwrite to propose over it",
		}
	}
	if err := s.checkReplaceable(w); err != nil && !o.Overwrite {
		return err
	}
	own := s.own(w)
	switch {
	case own != nil && own.isNewer(w.Source) && (!own.isCurrent(w, s) || len(s.otherBase) > 0) && !o.Overwrite:
		return &BlockedError{Reason: "a newer run has made a proposal meanwhile", Hint: "use --overwrite to go back to this run's"}
	case s.open == nil && s.closed != nil && !s.closed.merged && !o.Reopen:
		if digest, _ := regionOf(s.closed.body); digest == w.digest() {
			return &BlockedError{
				Reason: fmt.Sprintf("pull request #%d with this content was closed by a person", s.closed.number),
				Hint:   "use --reopen to propose it again",
			}
		}
	}
	return nil
}

// own is efgen's commit on the branch, nil if the branch is not efgen's.
func (s *observation) own(w Want) *commit {
	own := s.branchHead
	if s.beforeMerges != nil {
		own = s.beforeMerges
	}
	if own == nil || !own.isOwn(w.Environment) {
		return nil
	}
	return own
}

// checkReplaceable returns a BlockedError if the branch contains what is not efgen's to
// replace or remove.
func (s *observation) checkReplaceable(w Want) error {
	head, own := s.branchHead, s.own(w)
	merged := s.closed != nil && s.closed.merged && head != nil && s.closed.head == head.sha
	switch {
	case head == nil || head.sha == s.baseHead.sha || merged:
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

// changesTo lists the changes that make the deploy path as wanted, sorted by path.
func changesTo(s *observation, w Want) []change {
	wanted := w.contents()
	var changes []change
	for p, data := range wanted {
		kind := tree.Added
		if _, exists := s.files[p]; exists {
			kind = tree.Modified
		}
		if !s.isAsWanted(p, wanted) {
			changes = append(changes, change{Change{p, kind}, data})
		}
	}
	for p := range s.ledger {
		_, exists := s.files[p]
		if _, isWanted := wanted[p]; exists && !isWanted {
			changes = append(changes, change{Change{Path: p, Kind: tree.Removed}, nil})
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return strings.Compare(a.Path, b.Path) })
	return changes
}

// ownFiles lists efgen's files that are in the deploy path, without the ledger.
func ownFiles(s *observation, w Want) []tree.File {
	wanted := w.contents()
	var old []tree.File
	for _, p := range slices.Sorted(maps.Keys(s.ledger)) {
		file, exists := s.files[p]
		switch {
		case !exists || !file.isFile():
		case s.isAsWanted(p, wanted):
			old = append(old, tree.File{Path: p, Data: wanted[p]})
		default:
			old = append(old, tree.File{Path: p, Data: s.differing[file.sha]})
		}
	}
	return old
}

// abbreviated lists names, of many only the first.
func abbreviated(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
