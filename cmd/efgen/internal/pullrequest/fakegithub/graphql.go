package fakegithub

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"
)

// mutation finds the one field of a mutation and its input, which is a variable or an
// object of variables.
var mutation = regexp.MustCompile(`^mutation\b[^{]*\{\s*(\w+)\s*\(\s*input:\s*(\$\w+|\{[^{}]*\})\s*\)`)

var variable = regexp.MustCompile(`(\w+):\s*\$(\w+)`)

// graphql always answers with status 200, as GitHub does.
func (s *Server) graphql(r *http.Request, request struct {
	Query     string
	Variables map[string]json.RawMessage
}) answer {
	if query.MatchString(request.Query) {
		return s.texts(r, request.Query, request.Variables)
	}
	found := mutation.FindStringSubmatch(strings.TrimSpace(request.Query))
	if found == nil {
		return rejected("", "INVALID", "the fake takes one mutation with an input, or a query for the texts of blobs")
	}
	field, input := found[1], inputOf(found[2], request.Variables)
	var problem string
	switch field {
	case "updateRefs":
		problem = s.updateRefs(input)
	case "convertPullRequestToDraft":
		problem = s.setDraft(input, true)
	case "markPullRequestReadyForReview":
		problem = s.setDraft(input, false)
	default:
		problem = "Field '" + field + "' doesn't exist on type 'Mutation'"
	}
	if problem != "" {
		return rejected(field, "UNPROCESSABLE", problem)
	}
	return ok(object{"data": object{field: object{"clientMutationId": nil}}})
}

// inputOf resolves the input of a mutation.
func inputOf(text string, variables map[string]json.RawMessage) []byte {
	if name, isVariable := strings.CutPrefix(text, "$"); isVariable {
		return variables[name]
	}
	input := map[string]json.RawMessage{}
	for _, field := range variable.FindAllStringSubmatch(text, -1) {
		input[field[1]] = variables[field[2]]
	}
	resolved, _ := json.Marshal(input) // of what was just decoded
	return resolved
}

var (
	query = regexp.MustCompile(`^query\b[^{]*\{\s*repository\s*\(\s*owner:\s*\$owner,\s*name:\s*\$name\s*\)`)
	blob  = regexp.MustCompile(`(\w+):\s*object\(oid:\s*"([0-9a-f]*)"\)\s*\{\s*\.\.\. on Blob \{ text \}`)
)

// maxBlobText is the length at which GitHub cuts the text of a blob, in bytes.
const maxBlobText = 512_000

// texts reads blobs; it answers null for a blob that is not text or does not exist.
func (s *Server) texts(r *http.Request, asked string, variables map[string]json.RawMessage) answer {
	r.SetPathValue("owner", unquoted(variables["owner"]))
	r.SetPathValue("repository", unquoted(variables["name"]))
	if !s.isNamed(r) {
		return rejected("repository", "NOT_FOUND", "Could not resolve to a Repository with the name '"+r.PathValue("owner")+"/"+r.PathValue("repository")+"'.")
	}
	found := object{}
	for _, alias := range blob.FindAllStringSubmatch(asked, -1) {
		_, kind, content := s.store.object(alias[2])
		switch {
		case kind != "blob":
			found[alias[1]] = nil
		case !utf8.Valid(content) || bytes.ContainsRune(content, 0):
			found[alias[1]] = object{"text": nil}
		default:
			found[alias[1]] = object{"text": string(content[:min(len(content), maxBlobText)])}
		}
	}
	return ok(object{"data": object{"repository": found}})
}

func unquoted(value json.RawMessage) (text string) {
	_ = json.Unmarshal(value, &text) // what is no text names nothing
	return text
}

func rejected(field, kind, message string) answer {
	problem := object{"type": kind, "message": message, "path": []string{field}, "locations": []object{{"line": 1, "column": 1}}}
	return ok(object{"data": object{field: nil}, "errors": []object{problem}})
}

// staleRef is all that GitHub says if a reference does not name beforeOid.
const staleRef = "A ref update failed because the ref was not in the expected state."

type refUpdate struct {
	Name, AfterOid string
	BeforeOid      *string
	Force          bool
}

// updateRefs moves all references or none.
func (s *Server) updateRefs(input []byte) (problem string) {
	var request struct {
		RepositoryID string
		RefUpdates   []refUpdate
	}
	if json.Unmarshal(input, &request) != nil || len(request.RefUpdates) == 0 {
		return "Variable $input of type UpdateRefsInput! was provided invalid value"
	}
	if request.RepositoryID != repositoryNode {
		return "Could not resolve to a node with the global id of '" + request.RepositoryID + "'"
	}
	for _, update := range request.RefUpdates {
		if problem := s.updateProblem(update); problem != "" {
			return problem
		}
	}
	for _, update := range request.RefUpdates {
		from, to := s.head(update.Name), strings.TrimPrefix(update.AfterOid, zero)
		if from != to && !s.move(update.Name, from, to) {
			return staleRef
		}
	}
	return ""
}

// updateProblem is GitHub's message if it refuses an update, "" if it does not.
func (s *Server) updateProblem(update refUpdate) (problem string) {
	current := s.head(update.Name)
	switch {
	case !strings.HasPrefix(update.Name, branches):
		return "The ref name must be fully qualified"
	case update.BeforeOid != nil && *update.BeforeOid != orZero(current):
		return staleRef
	case update.AfterOid == zero:
		return ""
	case !s.store.is("commit", update.AfterOid):
		return "The object " + update.AfterOid + " does not exist"
	case current != "" && !update.Force && !s.store.ancestor(current, update.AfterOid):
		return "The update is not a fast-forward"
	}
	return ""
}

func (s *Server) setDraft(input []byte, draft bool) (problem string) {
	var request struct{ PullRequestID string }
	_ = json.Unmarshal(input, &request) // what is no identifier names no pull request
	for _, pull := range s.pulls {
		if pull.nodeID() == request.PullRequestID {
			pull.Draft = draft
			return ""
		}
	}
	return "Could not resolve to a node with the global id of '" + request.PullRequestID + "'"
}
