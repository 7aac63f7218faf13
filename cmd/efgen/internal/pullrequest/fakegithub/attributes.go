package fakegithub

import (
	"encoding/json"
	"net/http"
	"slices"
)

// addLabels accepts a list of names, alone or under the key labels.
func (s *Server) addLabels(r *http.Request, body json.RawMessage) answer {
	var names []string
	if json.Unmarshal(body, &names) != nil {
		var keyed struct{ Labels []string }
		_ = json.Unmarshal(body, &keyed) // what is neither names no labels
		names = keyed.Labels
	}
	pull := s.pull(r)
	pull.Labels = union(pull.Labels, names)
	return ok(s.labels(pull.Labels))
}

// addAssignees accepts everybody; GitHub silently leaves out who may not be assigned.
func (s *Server) addAssignees(r *http.Request, request struct{ Assignees []string }) answer {
	pull := s.pull(r)
	pull.Assignees = union(pull.Assignees, request.Assignees)
	return created(s.issue(pull))
}

func (s *Server) requestReviewers(r *http.Request, request struct {
	Reviewers []string
	Teams     []string `json:"team_reviewers"`
}) answer {
	pull := s.pull(r)
	if slices.Contains(request.Reviewers, pull.User) {
		return unprocessable("Review cannot be requested from pull request author.")
	}
	pull.Reviewers = union(pull.Reviewers, request.Reviewers)
	pull.Teams = union(pull.Teams, request.Teams)
	return created(s.simplePull(pull))
}

// union adds the items of more that have lacks.
func union(have, more []string) []string {
	have = slices.Clone(have)
	for _, item := range more {
		if !slices.Contains(have, item) {
			have = append(have, item)
		}
	}
	return have
}
