package fakegithub

import (
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// Comment is a comment on a pull request.
type Comment struct {
	Pull       int
	User, Body string

	id int
	at time.Time
}

// Comments returns the comments on a pull request, oldest first.
func (s *Server) Comments(pull int) []Comment {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var found []Comment
	for _, comment := range s.comments {
		if comment.Pull == pull {
			found = append(found, comment)
		}
	}
	return found
}

func (s *Server) listComments(r *http.Request) answer {
	found, number := []object{}, s.pull(r).Number
	for _, comment := range s.comments {
		if comment.Pull == number {
			found = append(found, s.comment(comment))
		}
	}
	return page(r, s.URL, found)
}

func (s *Server) createComment(r *http.Request, request struct{ Body string }) answer {
	switch {
	case request.Body == "":
		return invalid("IssueComment", "body", "missing_field", "")
	case utf8.RuneCountInString(request.Body) > maxText:
		return invalid("IssueComment", "body", "custom", "body is too long (maximum is 65536 characters)")
	}
	return created(s.comment(s.addComment(s.pull(r).Number, login(r), request.Body)))
}

func (s *Server) addComment(pull int, user, body string) Comment {
	comment := Comment{Pull: pull, User: user, Body: body, at: s.tick()}
	comment.id = s.seconds // never the same twice, even after a deletion
	s.comments = append(s.comments, comment)
	return comment
}

func (s *Server) deleteComment(r *http.Request) answer {
	before := len(s.comments)
	s.comments = slices.DeleteFunc(s.comments, func(c Comment) bool { return strconv.Itoa(c.id) == r.PathValue("id") })
	if len(s.comments) == before {
		return notFound()
	}
	return answer{status: http.StatusNoContent}
}
