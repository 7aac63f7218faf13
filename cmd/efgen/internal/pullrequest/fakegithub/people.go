package fakegithub

import "strings"

// personSignature is that of Person, who makes the commits of Commit, Amend and the merges.
var personSignature = signature{Name: "Jo", Email: "jo@example.com"}

// Head returns the commit that a branch names now, "" if there is no such branch.
func (s *Server) Head(branch string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.head(branches + branch)
}

// Files reads every file of a commit, or of a branch by refs/heads/….
func (s *Server) Files(commit string) map[string]string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.store.files(commit)
}

// Message returns the message of a commit, or of a branch's by refs/heads/….
func (s *Server) Message(commit string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.store.commitOf(commit).message
}

// Commit pushes a person's commit to a branch, new or not, and returns its hash.
func (s *Server) Commit(branch, message string, files map[string]string, remove ...string) string {
	s.t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	old := s.head(branches + branch)
	made := commit{message: message, author: personSignature, committer: personSignature}
	if old != "" {
		made.parents = []string{old}
	}
	made.tree = s.edit(s.store.treeOf(old), files, remove)
	return s.push(branch, s.commitTree(made))
}

// Amend replaces the last commit of a branch by a person's with other files, the same
// message and the same parents, and returns its hash.
func (s *Server) Amend(branch string, files map[string]string, remove ...string) string {
	s.t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	amended := s.store.commitOf(branches + branch)
	amended.tree, amended.committer = s.edit(amended.tree, files, remove), personSignature
	return s.push(branch, s.commitTree(amended))
}

func (s *Server) edit(tree string, files map[string]string, remove []string) string {
	changes := map[string]entry{}
	for path, content := range files {
		changes[path] = entry{"100644", s.store.write("blob", []byte(content))}
	}
	for _, path := range remove {
		changes[path] = entry{}
	}
	return s.store.changedTree(tree, changes)
}

// Push points a branch to any commit; "" deletes the branch.
func (s *Server) Push(branch, commit string) {
	s.t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.push(branch, commit)
}

func (s *Server) push(branch, commit string) string {
	s.t.Helper()
	if !s.move(branches+branch, s.head(branches+branch), commit) {
		s.t.Errorf("the fake GitHub cannot push %q to %q", commit, branch)
	}
	return commit
}

// Merge merges an open pull request by a merge commit and leaves its branch alone.
func (s *Server) Merge(number int) {
	s.t.Helper()
	s.merge(number, func(p *Pull) []string { return []string{p.HeadSHA} })
}

// Squash merges an open pull request by one commit without a link to its branch.
func (s *Server) Squash(number int) {
	s.t.Helper()
	s.merge(number, func(*Pull) []string { return nil })
}

func (s *Server) merge(number int, otherParents func(*Pull) []string) {
	s.t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	pull := s.pulls[number-1]
	base := s.head(branches + pull.Base)
	tree, merges := s.store.merge(base, pull.HeadSHA)
	if !merges || pull.State != open {
		s.t.Fatalf("pull request %d does not merge", number)
	}
	made := commit{message: pull.Title, tree: tree, author: personSignature, committer: personSignature}
	made.parents = append([]string{base}, otherParents(pull)...)
	s.close(pull, true)
	pull.MergeSHA = s.push(pull.Base, s.commitTree(made))
}

// Update merges a branch into another one on GitHub, as the button "Update branch" of a
// pull request does with its base.
func (s *Server) Update(branch, from string) {
	s.t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	head, merged := s.head(branches+branch), s.head(branches+from)
	tree, merges := s.store.merge(head, merged)
	if !merges {
		s.t.Fatalf("%s does not merge into %s", from, branch)
	}
	made := s.commitTree(commit{
		message: "Merge branch '" + from + "' into " + branch, tree: tree, parents: []string{head, merged},
		author: personSignature, committer: signature{Name: "GitHub", Email: "noreply@github.com"},
	})
	s.signed[made] = true
	s.push(branch, made)
}

// Close closes a pull request, as a person does.
func (s *Server) Close(number int) {
	s.Edit(number, func(p *Pull) { s.close(p, false) })
}

// Edit lets a person change a pull request, its title or body for instance.
func (s *Server) Edit(number int, change func(*Pull)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change(s.pulls[number-1])
}

// Comment adds a person's comment to a pull request.
func (s *Server) Comment(number int, body string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.addComment(number, Person, body)
}

// Open opens a person's pull request from a branch to a base.
func (s *Server) Open(branch, base, body string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.add(&Pull{
		Title: "Mine", Body: body, State: open, User: Person, HeadOwner: Owner, Head: branch, HeadSHA: s.head(branches + branch),
		Base: base, BaseSHA: s.head(branches + base),
	})
}

// Fork opens a stranger's pull request from a branch of a fork to main. The stranger
// owns the fork and has changed files on top of main.
func (s *Server) Fork(stranger, branch, title string, files map[string]string) Pull {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	base := s.head(branches + "main")
	made := commit{message: title, tree: s.edit(s.store.treeOf(base), files, nil), parents: []string{base}}
	made.author = identity(stranger)
	made.committer = made.author
	return *s.add(&Pull{
		Title: title, State: open, User: stranger, HeadOwner: stranger, Head: branch, HeadSHA: s.commitTree(made),
		Base: "main", BaseSHA: base,
	})
}

// Rename gives the repository another name; the old one redirects from now on.
func (s *Server) Rename(name string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.formerNames[strings.ToLower(s.name)] = true
	s.name = name
}
