package fakegithub

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
)

// addLabels takes a list of names, bare or under the key labels.
func (s *Server) addLabels(r *http.Request) answer {
	pull := s.pull(r)
	if pull == nil {
		return notFound(r)
	}
	body, _ := io.ReadAll(r.Body) // from memory
	var names []string
	var keyed struct{ Labels []string }
	if json.Unmarshal(body, &names) != nil {
		if json.Unmarshal(body, &keyed) != nil {
			return unreadable()
		}
		names = keyed.Labels
	}
	pull.Labels = union(pull.Labels, names)
	return ok(s.labels(pull.Labels))
}

// addAssignees takes everybody; GitHub leaves out who may not be assigned, silently.
func (s *Server) addAssignees(r *http.Request) answer {
	pull := s.pull(r)
	if pull == nil {
		return notFound(r)
	}
	request, readable := read[struct{ Assignees []string }](r)
	if !readable {
		return unreadable()
	}
	pull.Assignees = union(pull.Assignees, request.Assignees)
	return created(s.issue(pull))
}

func (s *Server) requestReviewers(r *http.Request) answer {
	pull := s.pull(r)
	if pull == nil {
		return notFound(r)
	}
	request, readable := read[struct {
		Reviewers []string
		Teams     []string `json:"team_reviewers"`
	}](r)
	if !readable {
		return unreadable()
	}
	if slices.Contains(request.Reviewers, pull.User) {
		return unprocessable("Review cannot be requested from pull request author.")
	}
	pull.Reviewers = union(pull.Reviewers, request.Reviewers)
	pull.Teams = union(pull.Teams, request.Teams)
	return created(s.simplePull(pull))
}

// union adds what is not there yet.
func union(have, more []string) []string {
	have = slices.Clone(have)
	for _, item := range more {
		if !slices.Contains(have, item) {
			have = append(have, item)
		}
	}
	return have
}
