package fakegithub

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	open   = "open"
	closed = "closed"

	// maxText is the length of a body or comment in characters, by GitHub's answers.
	maxText = 65_536
)

// Pull is a pull request.
type Pull struct {
	Number      int
	Title, Body string
	// State is open or closed; Merged implies closed.
	State  string
	Merged bool
	Draft  bool
	// User is the login of the person or App that opened it.
	User string
	// HeadOwner is Owner, or the owner of the fork that Head is a branch of.
	HeadOwner, Head, HeadSHA string
	Base, BaseSHA            string
	// MergeSHA is the commit on the base branch that a merge made.
	MergeSHA                                 string
	Labels, Assignees, Reviewers, Teams      []string
	createdAt, updatedAt, closedAt, mergedAt *time.Time
	replaced                                 bool
}

// Pulls returns all pull requests ever made, oldest first.
func (s *Server) Pulls() []Pull {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	pulls := make([]Pull, len(s.pulls))
	for i, pull := range s.pulls {
		pulls[i] = *pull
	}
	return pulls
}

// OpenPulls returns those of Pulls that are open.
func (s *Server) OpenPulls() []Pull {
	return slices.DeleteFunc(s.Pulls(), func(p Pull) bool { return p.State != open })
}

// pull is the pull request that a request names, nil if there is none.
func (s *Server) pull(r *http.Request) *Pull {
	if n := number(r.PathValue("number"), 0); n > 0 && n <= len(s.pulls) {
		return s.pulls[n-1]
	}
	return nil
}

func (s *Server) listPulls(r *http.Request) answer {
	query := r.URL.Query()
	state, head, base := query.Get("state"), query.Get("head"), query.Get("base")
	if state == "" {
		state = open
	}
	if !strings.Contains(head, ":") {
		head = "" // GitHub ignores a branch without its owner
	}
	found := []object{}
	for _, pull := range slices.Backward(s.pulls) {
		if (state == "all" || state == pull.State) && (head == "" || strings.EqualFold(head, pull.label())) && (base == "" || base == pull.Base) {
			found = append(found, s.simplePull(pull))
		}
	}
	if query.Get("direction") == "asc" {
		slices.Reverse(found)
	}
	return page(r, s.URL, found)
}

func (p *Pull) label() string { return p.HeadOwner + ":" + p.Head }

func (s *Server) getPull(r *http.Request) answer { return ok(s.fullPull(s.pull(r))) }

func (s *Server) createPull(r *http.Request, request struct {
	Title, Body, Head, Base string
	Draft                   bool
}) answer {
	owner, head, prefixed := strings.Cut(request.Head, ":")
	if !prefixed {
		owner, head = Owner, request.Head
	}
	pull := &Pull{
		Title: request.Title, Body: request.Body, Draft: request.Draft, User: login(r), State: open,
		HeadOwner: owner, Head: head, HeadSHA: s.head(branches + head),
		Base: request.Base, BaseSHA: s.head(branches + request.Base),
	}
	if problem := s.problem(pull); problem != nil {
		return *problem
	}
	return created(s.fullPull(s.add(pull)))
}

func (s *Server) add(pull *Pull) *Pull {
	pull.Number = len(s.pulls) + 1
	pull.createdAt = s.tickTime()
	pull.updatedAt = pull.createdAt
	s.pulls = append(s.pulls, pull)
	return pull
}

// problem is GitHub's error if a pull request cannot be open, nil if it can.
func (s *Server) problem(pull *Pull) *answer {
	var problem answer
	duplicate := slices.ContainsFunc(s.pulls, func(other *Pull) bool {
		return other != pull && other.State == open && other.label() == pull.label() && other.Base == pull.Base
	})
	switch {
	case pull.HeadSHA == "" || pull.HeadOwner != Owner:
		problem = invalid("PullRequest", "head", "invalid", "")
	case pull.BaseSHA == "":
		problem = invalid("PullRequest", "base", "invalid", "")
	case duplicate:
		problem = invalid("PullRequest", "", "custom", "A pull request already exists for "+pull.label()+".")
	case s.store.ancestor(pull.HeadSHA, pull.BaseSHA):
		problem = invalid("PullRequest", "", "custom", fmt.Sprintf("No commits between %s and %s", pull.Base, pull.Head))
	default:
		return textProblem(pull)
	}
	return &problem
}

// textProblem is GitHub's error if it refuses title or body, nil if it does not.
func textProblem(pull *Pull) *answer {
	var problem answer
	switch {
	case pull.Title == "":
		problem = invalid("PullRequest", "title", "missing_field", "")
	case utf8.RuneCountInString(pull.Title) > 256:
		problem = invalid("PullRequest", "title", "custom", "title is too long (maximum is 256 characters)")
	case utf8.RuneCountInString(pull.Body) > maxText:
		problem = invalid("PullRequest", "body", "custom", "body is too long (maximum is 65536 characters)")
	default:
		return nil
	}
	return &problem
}

func (s *Server) updatePull(r *http.Request, request struct{ Title, Body, State, Base *string }) answer {
	pull := s.pull(r)
	changed := *pull
	for field, value := range map[*string]*string{&changed.Title: request.Title, &changed.Body: request.Body, &changed.Base: request.Base} {
		if value != nil {
			*field = *value
		}
	}
	if problem := textProblem(&changed); problem != nil {
		return *problem
	}
	if changed.Base != pull.Base {
		changed.BaseSHA = s.head(branches + changed.Base)
		if problem := s.problem(&changed); problem != nil {
			return *problem
		}
	}
	if request.State != nil && *request.State != pull.State {
		if problem := s.setState(&changed, *request.State); problem != nil {
			return *problem
		}
	}
	changed.updatedAt = s.tickTime()
	*pull = changed
	return ok(s.fullPull(pull))
}

// setState closes a pull request, or reopens it if GitHub would.
func (s *Server) setState(pull *Pull, state string) *answer {
	if state == closed {
		s.close(pull, false)
		return nil
	}
	head := s.head(branches + pull.Head)
	reason := ""
	switch {
	case pull.Merged:
		reason = "state cannot be changed. The pull request was merged."
	case head == "":
		reason = fmt.Sprintf("state cannot be changed. The %s branch has been deleted.", pull.Head)
	case pull.replaced:
		reason = fmt.Sprintf("state cannot be changed. The %s branch was force-pushed or recreated.", pull.Head)
	}
	if reason != "" {
		problem := invalid("PullRequest", "state", "invalid", reason)
		return &problem
	}
	pull.HeadSHA = head
	if problem := s.problem(pull); problem != nil {
		return problem
	}
	pull.State, pull.closedAt = open, nil
	return nil
}

func (s *Server) close(pull *Pull, merged bool) {
	pull.State, pull.Merged = closed, merged
	pull.closedAt = s.tickTime()
	if merged {
		pull.mergedAt = pull.closedAt
	}
}
