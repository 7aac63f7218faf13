package fakegithub

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var fullSHA = regexp.MustCompile(`^[0-9a-f]{40}$`)

// commit is a commit object.
type commit struct {
	sha, tree, message string
	parents            []string
	author, committer  signature
}

type signature struct {
	Name  string     `json:"name"`
	Email string     `json:"email"`
	Date  *time.Time `json:"date"`
}

// commitOf reads a commit by its hash or by a reference; its sha is "" if there is none.
func (s *store) commitOf(name string) commit {
	sha, kind, content := s.object(name)
	if kind != "commit" {
		return commit{}
	}
	head, message, _ := strings.Cut(string(content), "\n\n")
	found := commit{sha: sha, message: message}
	for line := range strings.SplitSeq(head, "\n") {
		switch key, value, _ := strings.Cut(line, " "); key {
		case "tree":
			found.tree = value
		case "parent":
			found.parents = append(found.parents, value)
		case "author":
			found.author = parseSignature(value)
		case "committer":
			found.committer = parseSignature(value)
		}
	}
	return found
}

func (s *store) treeOf(commit string) string { return s.commitOf(commit).tree }

// parseSignature reads "Name <address> seconds zone".
func parseSignature(line string) signature {
	name, rest, _ := strings.Cut(line, " <")
	email, when, _ := strings.Cut(rest, "> ")
	seconds, _, _ := strings.Cut(when, " ")
	unix, _ := strconv.ParseInt(seconds, 10, 64)
	date := time.Unix(unix, 0).UTC()
	return signature{name, email, &date}
}

// commitTree stores a commit and returns its hash.
func (s *Server) commitTree(c commit) string {
	now := s.tick()
	content := fmt.Appendf(nil, "tree %s\n", c.tree)
	for _, parent := range c.parents {
		content = fmt.Appendf(content, "parent %s\n", parent)
	}
	content = fmt.Appendf(content, "author %s\ncommitter %s\n\n%s", c.author.line(now), c.committer.line(now), c.message)
	return s.store.write("commit", content)
}

// line is a signature as commits hold it.
func (who signature) line(now time.Time) string {
	if who.Date != nil {
		now = *who.Date
	}
	return fmt.Sprintf("%s <%s> %d %s", who.Name, who.Email, now.Unix(), now.Format("-0700"))
}

func (s *Server) getCommit(r *http.Request) answer {
	sha := r.PathValue("sha")
	if !fullSHA.MatchString(sha) {
		return unprocessable("The SHA parameter must be exactly 40 characters and contain only [0-9a-f].")
	}
	found := s.store.commitOf(sha)
	if found.sha != sha {
		return notFound()
	}
	return ok(s.gitCommit(found))
}

func (s *Server) createCommit(r *http.Request, request struct {
	Message, Tree, Signature string
	Parents                  []string
	Author, Committer        *signature
}) answer {
	if !s.store.is("tree", request.Tree) {
		return unprocessable("Tree SHA does not exist")
	}
	for _, parent := range request.Parents {
		if !s.store.is("commit", parent) {
			return unprocessable("Parent SHA does not exist or is not a commit object")
		}
	}
	made := commit{tree: request.Tree, message: request.Message, parents: request.Parents, author: identity(login(r))}
	made.committer = made.author
	custom := request.Author != nil || request.Committer != nil || request.Signature != ""
	if request.Author != nil {
		made.author, made.committer = *request.Author, *request.Author
	}
	if request.Committer != nil {
		made.committer = *request.Committer
	}
	signs := !custom && login(r) == App && !s.Unsigned
	if signs {
		made.committer = signature{Name: "GitHub", Email: "noreply@github.com"}
	}
	sha := s.commitTree(made)
	s.signed[sha] = signs
	return created(s.gitCommit(s.store.commitOf(sha)))
}

func identity(login string) signature {
	return signature{Name: login, Email: login + "@users.noreply.github.com"}
}

func (s *Server) gitCommit(c commit) object {
	return object{
		"sha": c.sha, "node_id": "C_" + c.sha, "url": s.api("git/commits/", c.sha), "html_url": s.html("commit/", c.sha),
		"author": c.author, "committer": c.committer, "message": c.message, "parents": s.parents(c),
		"tree":         object{"sha": c.tree, "url": s.api("git/trees/", c.tree)},
		"verification": s.verification(c.sha),
	}
}

func (s *Server) parents(c commit) []object {
	parents := []object{}
	for _, sha := range c.parents {
		parents = append(parents, object{"sha": sha, "url": s.api("git/commits/", sha), "html_url": s.html("commit/", sha)})
	}
	return parents
}

func (s *Server) verification(sha string) object {
	if !s.signed[sha] {
		return object{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil}
	}
	return object{
		"verified": true, "reason": "valid", "verified_at": s.now(),
		"signature": "-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n", "payload": "tree " + sha + "\n",
	}
}
