package pullrequest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/tree"
)

const oldBase, newBase = "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"

var updated = Description{Title: "Update production", Text: "One object changes."}

// base is a base branch whose deploy path holds the files that a Want asks for,
// with their ledger, and more.
func base(w Want, more map[string]string) *observation {
	s := &observation{base: "main", baseHead: commit{sha: newBase}, files: map[string]entry{}, differing: map[string][]byte{}}
	if len(w.Files) > 0 {
		for p, data := range w.contents() {
			s.put(p, string(data))
		}
		s.ledger = tree.LedgerOf(w.Files)
	}
	for p, text := range more {
		s.put(p, text)
	}
	s.folder.tree = treeSHA(s.files)
	return s
}

func (s *observation) put(path, text string) {
	s.files[path] = entry{modeFile, blobSHA([]byte(text))}
	s.differing[blobSHA([]byte(text))] = []byte(text)
}

// proposed puts a proposal of efgen's onto a base.
func (s *observation) proposed(w Want) *observation {
	s.branchHead = &commit{sha: "head", tree: "tree", parents: []string{s.baseHead.sha}}
	s.branchHead.message = w.commitMessage("Update", s, "tree")
	s.open = &pull{number: 3, title: updated.Title, body: bodyFor(w, s, false)}
	return s
}

func bodyFor(w Want, s *observation, setup bool) string {
	return region{w.digest(), s.replaces(), updated.Text, setup}.insertInto("")
}

// decision is what decide makes of an observation: an operation and its steps, or the
// reason why not.
type decision struct {
	seen      *observation
	change    func(*observation)
	want      func(*Want)
	options   Options
	operation Operation
	branch    branchStep
	pull      pullStep
	blocked   string
	refused   string
}

func TestDecide(t *testing.T) {
	w := production()
	assertDecisions(t, map[string]decision{
		"nothing to change":             {seen: base(w, nil), operation: None},
		"nothing, beside foreign files": {seen: base(w, map[string]string{"README.md": "theirs", "flow/notes.md": ""}), operation: None},
		"new":                           {seen: base(Want{}, nil), operation: Created, branch: setBranch, pull: openPull},
		"new, beside foreign files":     {seen: base(Want{}, map[string]string{"README.md": "theirs"}), operation: Created, branch: setBranch, pull: openPull},
		"changed":                       {seen: base(outdated(), nil), operation: Created, branch: setBranch, pull: openPull},
		"listed file is gone there":     {seen: base(outdated(), nil), change: func(s *observation) { delete(s.files, "gone.yaml") }, operation: Created, branch: setBranch, pull: openPull},
		"already right":                 {seen: base(outdated(), nil).proposed(w), operation: None},
		"outdated":                      {seen: base(outdated(), nil).proposed(outdated()), operation: Updated, branch: setBranch, pull: editPull},
		"base moved elsewhere":          {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.baseHead.sha = oldBase }, operation: None},
		"base moved in the deploy path": {seen: base(outdated(), nil).proposed(w), change: func(s *observation) {
			s.put("README.md", "new")
			s.folder.tree = treeSHA(s.files)
		}, operation: Updated, branch: setBranch, pull: editPull},
		"branch without pull request": {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.open = nil }, operation: Created, pull: openPull},
		"body out of date":            {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.open.body = "" }, operation: Updated, pull: editPull},
		"title out of date":           {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.open.title = "" }, operation: Updated, pull: editPull},
		"killed before the labels":    {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.open.body = bodyFor(w, s, true) }, operation: Updated, pull: editPull},
		"text changed by a person": {seen: base(outdated(), nil).proposed(w), change: func(s *observation) {
			s.open.body = strings.Replace(s.open.body, "object", "thing", 1)
		}, operation: Updated, pull: editPull},
		"same content, other words": {seen: base(outdated(), nil).proposed(w), change: func(s *observation) {
			s.open.body = region{w.digest(), s.replaces(), "Other words.", false}.insertInto("")
		}, operation: None},
		"body of another base": {seen: base(outdated(), nil).proposed(w), change: func(s *observation) {
			s.open.body = region{w.digest(), "x", updated.Text, false}.insertInto("")
		}, operation: Updated, pull: editPull},
		"body with words of a person": {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.open.body = "Mine.\n\n" + s.open.body + "\n\nToo." }, operation: None},
	})
}

func TestDecideBesideOthersCommits(t *testing.T) {
	w := production()
	assertDecisions(t, map[string]decision{
		"human commit":            {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.branchHead.message = "Fix\n" }, blocked: "not efgen's"},
		"human commit, amended":   {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.branchHead.tree = "other" }, blocked: "not efgen's"},
		"human commit below":      {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.branchHead.parents = []string{"theirs"} }, blocked: "not efgen's"},
		"merge commit":            {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.branchHead.parents = append(s.branchHead.parents, "x") }, blocked: "not efgen's"},
		"branch of another":       {seen: base(outdated(), nil).proposed(Want{Environment: "staging", Files: w.Files}), blocked: "not efgen's"},
		"human commit, overwrite": {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.branchHead.message = "" }, options: Options{Overwrite: true}, operation: Updated, branch: setBranch},
		"human commit, merged since": {seen: base(outdated(), nil).proposed(w), change: func(s *observation) {
			s.branchHead.message, s.open, s.closed = "", nil, &pull{merged: true, head: "head"}
		}, operation: Created, branch: setBranch, pull: openPull},
		"branch without commits":               {seen: base(outdated(), nil), change: func(s *observation) { s.branchHead = &commit{sha: s.baseHead.sha} }, operation: Created, branch: setBranch, pull: openPull},
		"updated":                              {seen: base(outdated(), nil).proposed(w), change: branchMerged, operation: None},
		"updated, outdated":                    {seen: base(outdated(), nil).proposed(outdated()), change: branchMerged, operation: Updated, branch: setBranch, pull: editPull},
		"updated, newer run":                   {seen: base(outdated(), nil).proposed(outdated()), change: branchMerged, want: func(w *Want) { w.Source.Run = 6 }, blocked: "newer run"},
		"updated, other path":                  {seen: base(outdated(), nil).proposed(w), change: branchMerged, want: elsewhere, blocked: "proposes streaming/production, not elsewhere"},
		"updated, nothing left":                {seen: base(w, nil).proposed(outdated()), change: branchMerged, operation: Closed, branch: removeBranch, pull: closePull},
		"updated, one of the two not verified": {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { branchMerged(s); s.branchHead.verified = true }, options: Options{RequireVerified: true}, operation: Updated, branch: setBranch},
	})
}

func TestDecideAfterTheEnd(t *testing.T) {
	w := production()
	assertDecisions(t, map[string]decision{
		"closed by a person":                      {seen: base(outdated(), nil).proposed(w), change: closedUnmerged, blocked: "#3 with this content was closed by a person"},
		"closed by a person, reopen":              {seen: base(outdated(), nil).proposed(w), change: closedUnmerged, options: Options{Reopen: true}, operation: Created, pull: openPull},
		"closed by a person, other then":          {seen: base(outdated(), nil).proposed(outdated()), change: closedUnmerged, operation: Created, branch: setBranch, pull: openPull},
		"merged, and reverted since":              {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { closedUnmerged(s); s.closed.merged = true }, operation: Created, pull: openPull},
		"nothing left":                            {seen: base(w, nil).proposed(outdated()), operation: Closed, branch: removeBranch, pull: closePull},
		"nothing left, killed before the removal": {seen: base(w, nil).proposed(outdated()), change: func(s *observation) { s.open = nil }, operation: Closed, branch: removeBranch},
		"nothing left, human commits":             {seen: base(w, nil).proposed(w), change: func(s *observation) { s.branchHead.message = "" }, blocked: "not efgen's"},
		"nothing left, human commits, overwrite":  {seen: base(w, nil).proposed(w), change: func(s *observation) { s.branchHead.message = "" }, options: Options{Overwrite: true}, operation: Closed, branch: removeBranch, pull: closePull},
		"nothing to change, a branch of a person": {seen: base(w, nil).proposed(w), change: func(s *observation) { s.branchHead.message, s.open = "", nil }, operation: None},
	})
}

func TestDecideBesideOtherRunsAndPaths(t *testing.T) {
	w := production()
	assertDecisions(t, map[string]decision{
		"newer run":                                  {seen: base(outdated(), nil).proposed(outdated()), want: func(w *Want) { w.Source.Run = 6 }, blocked: "newer run"},
		"newer run, overwrite":                       {seen: base(outdated(), nil).proposed(outdated()), want: func(w *Want) { w.Source.Run = 6 }, options: Options{Overwrite: true}, operation: Updated, branch: setBranch, pull: editPull},
		"newer run, same":                            {seen: base(outdated(), nil).proposed(w), want: func(w *Want) { w.Source.Run = 6 }, operation: None},
		"newer run, renamed workflow":                {seen: base(outdated(), nil).proposed(outdated()), want: func(w *Want) { w.Source.Run, w.Source.Workflow = 6, "a/b/new.yml" }, operation: Updated, branch: setBranch, pull: editPull},
		"newer run, same workflow":                   {seen: base(outdated(), nil).proposed(from("a/b/old.yml")), want: func(w *Want) { w.Source.Run, w.Source.Workflow = 6, "a/b/old.yml" }, blocked: "newer run"},
		"newer run, two workflows":                   {seen: base(outdated(), nil).proposed(from("a/b/old.yml")), want: func(w *Want) { w.Source.Run, w.Source.Workflow = 6, "a/b/new.yml" }, operation: Updated, branch: setBranch, pull: editPull},
		"older run":                                  {seen: base(outdated(), nil).proposed(outdated()), want: func(w *Want) { w.Source.Run = 8 }, operation: Updated, branch: setBranch, pull: editPull},
		"newer commit only":                          {seen: base(outdated(), nil).proposed(w), want: func(w *Want) { w.Source.Commit = "def" }, operation: None},
		"not verified":                               {seen: base(outdated(), nil).proposed(w), options: Options{RequireVerified: true}, operation: Updated, branch: setBranch},
		"verified":                                   {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.branchHead.verified = true }, options: Options{RequireVerified: true}, operation: None},
		"other deploy path":                          {seen: base(outdated(), nil).proposed(w), want: elsewhere, blocked: "proposes streaming/production, not elsewhere"},
		"other deploy path, overwrite":               {seen: base(outdated(), nil).proposed(w), want: elsewhere, options: Options{Overwrite: true}, operation: Updated, branch: setBranch},
		"other deploy path, merged":                  {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.open, s.closed = nil, &pull{merged: true, head: "head"} }, want: elsewhere, operation: Created, branch: setBranch, pull: openPull},
		"other deploy path, no pull request":         {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.open = nil }, want: elsewhere, blocked: "proposes streaming/production, not elsewhere"},
		"nothing left, other deploy path":            {seen: base(w, nil).proposed(outdated()), want: elsewhere, blocked: "proposes streaming/production, not elsewhere"},
		"nothing left, other deploy path, overwrite": {seen: base(w, nil).proposed(outdated()), want: elsewhere, options: Options{Overwrite: true}, operation: Closed, branch: removeBranch, pull: closePull},
		"left-over branch, other deploy path":        {seen: base(w, nil).proposed(outdated()), change: func(s *observation) { s.open = nil }, want: elsewhere, blocked: "proposes streaming/production, not elsewhere"},
	})
}

func TestDecideAfterTheBaseChanged(t *testing.T) {
	w := production()
	assertDecisions(t, map[string]decision{
		"other base":                             {seen: base(outdated(), nil).proposed(w), change: againstOtherBase, operation: Created, pull: openPull},
		"other base, off base":                   {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { againstOtherBase(s); s.offBase = true }, operation: Created, branch: setBranch, pull: openPull},
		"another one open":                       {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.otherBase = []*pull{{number: 2}} }, operation: Updated},
		"off base":                               {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { s.offBase = true }, operation: Updated, branch: setBranch},
		"other base, newer run, same":            {seen: base(outdated(), nil).proposed(w), change: againstOtherBase, want: func(w *Want) { w.Source.Run = 6 }, blocked: "newer run"},
		"other base, human commit":               {seen: base(outdated(), nil).proposed(w), change: func(s *observation) { againstOtherBase(s); s.branchHead.message = "" }, blocked: "not efgen's"},
		"other base, nothing left":               {seen: base(w, nil).proposed(outdated()), change: againstOtherBase, operation: Closed, branch: removeBranch},
		"other base, nothing left, human commit": {seen: base(w, nil).proposed(outdated()), change: func(s *observation) { againstOtherBase(s); s.branchHead.message = "" }, blocked: "not efgen's"},
	})
}

func TestDecideBesideOthersFiles(t *testing.T) {
	w := production()
	assertDecisions(t, map[string]decision{
		"edited":                     {seen: base(outdated(), nil), change: func(s *observation) { s.put("flow/service.yaml", "mine") }, blocked: "edited by hand on main: streaming/production/flow/service.yaml"},
		"edited, to be removed":      {seen: base(outdated(), nil), change: func(s *observation) { s.put("gone.yaml", "mine") }, blocked: "streaming/production/gone.yaml"},
		"edited, overwrite":          {seen: base(outdated(), nil), change: func(s *observation) { s.put("gone.yaml", "mine") }, options: Options{Overwrite: true}, operation: Created, branch: setBranch, pull: openPull},
		"edited to what is wanted":   {seen: base(outdated(), nil), change: func(s *observation) { s.put("flow/service.yaml", "service") }, operation: Created, branch: setBranch, pull: openPull},
		"foreign at a wanted path":   {seen: base(outdated(), map[string]string{"namespace.yaml": "mine"}), options: Options{Overwrite: true}, refused: "streaming/production/namespace.yaml: not efgen's"},
		"foreign, as wanted":         {seen: base(outdated(), map[string]string{"namespace.yaml": "namespace"}), operation: Created, branch: setBranch, pull: openPull},
		"file where a folder":        {seen: base(Want{}, map[string]string{"flow": ""}), refused: "streaming/production/flow: a file where a folder should be"},
		"folder where a file":        {seen: base(Want{}, map[string]string{"namespace.yaml/x": ""}), refused: "in a folder where a file should be"},
		"case only":                  {seen: base(Want{}, map[string]string{"Namespace.yaml": ""}), refused: "in case only"},
		"symbolic link":              {seen: base(outdated(), nil), change: func(s *observation) { s.files["gone.yaml"] = entry{"120000", "x"} }, refused: "gone.yaml: neither"},
		"foreign kustomization":      {seen: base(outdated(), map[string]string{"kustomization.yaml": ""}), refused: "kustomization.yaml: not efgen's"},
		"Flux's folder":              {seen: base(w, map[string]string{"flux-system/sync.yaml": ""}), refused: "flux-system/sync.yaml: Flux's own"},
		"Flux's files":               {seen: base(outdated(), map[string]string{"clusters/gotk-sync.yaml": ""}), refused: "gotk-sync.yaml: Flux's own"},
		"file on the way":            {seen: base(Want{}, nil), change: func(s *observation) { s.folder.obstacle = "streaming" }, refused: "streaming: a file or link"},
		"ledger that is none":        {seen: base(outdated(), nil), change: func(s *observation) { s.ledgerError = &tree.LedgerError{Reason: "no ledger"} }, refused: "streaming/production/efgen.lock: no ledger"},
		"kustomization of its own":   {seen: base(outdated(), nil), change: func(s *observation) { s.ledger["kustomization.yaml"] = nil; s.put("kustomization.yaml", "") }, options: Options{Overwrite: true}, operation: Created, branch: setBranch, pull: openPull},
		"nothing listed, empty text": {seen: base(Want{}, nil), want: func(w *Want) { w.Files[0].Data = nil }, operation: Created, branch: setBranch, pull: openPull},
	})
}

func assertDecisions(t *testing.T, decisions map[string]decision) {
	t.Helper()
	for name, c := range decisions {
		t.Run(name, func(t *testing.T) {
			w := production()
			if c.change != nil {
				c.change(c.seen)
			}
			if c.want != nil {
				c.want(&w)
			}
			p, err := decide(c.seen, w, updated, c.options)
			var blocked *BlockedError
			var refused *RefusedError
			switch {
			case c.blocked != "":
				require.ErrorAs(t, err, &blocked)
				assert.Contains(t, blocked.Reason, c.blocked)
				assert.NotEmpty(t, blocked.Hint)
			case c.refused != "":
				require.ErrorAs(t, err, &refused)
				assert.ErrorContains(t, err, c.refused)
			default:
				require.NoError(t, err)
				assert.Equal(t, []any{c.operation, c.branch, c.pull}, []any{p.operation, p.branch, p.pull})
			}
		})
	}
}

// from is an outdated Want of a workflow.
func from(workflow string) Want {
	w := outdated()
	w.Source.Workflow = workflow
	return w
}

// branchMerged puts a merge of the base above the proposal's commit.
func branchMerged(s *observation) {
	s.branchHead, s.beforeMerges = &commit{sha: "merge", parents: []string{"head", s.baseHead.sha}}, s.branchHead
}

func againstOtherBase(s *observation) { s.open, s.otherBase = nil, []*pull{s.open} }

func elsewhere(w *Want) { w.Path = "elsewhere" }

func closedUnmerged(s *observation) { s.open, s.closed = nil, s.open }
