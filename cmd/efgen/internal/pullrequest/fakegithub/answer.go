package fakegithub

import (
	"encoding/json"
	"net/http"
)

const documentation = "https://docs.github.com/rest"

type object = map[string]any

// answer is a response that is not yet written.
type answer struct {
	status int
	header http.Header
	body   any // nil if there is none
}

func (a answer) write(w http.ResponseWriter) {
	for key, values := range a.header {
		w.Header()[key] = values
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(a.body) // w is a buffer
}

func ok(body any) answer      { return answer{status: http.StatusOK, body: body} }
func created(body any) answer { return answer{status: http.StatusCreated, body: body} }

func failure(status int, message string) answer {
	return answer{status: status, body: object{"message": message, "documentation_url": documentation}}
}

func notFound() answer { return failure(http.StatusNotFound, "Not Found") }

func unauthorized(r *http.Request) answer {
	if r.Header.Get("Authorization") == "" {
		return failure(http.StatusUnauthorized, "Requires authentication")
	}
	return failure(http.StatusUnauthorized, "Bad credentials")
}

// unprocessable is GitHub's answer to a request that is wrong as a whole.
func unprocessable(message string) answer {
	return failure(http.StatusUnprocessableEntity, message)
}

// invalid is GitHub's answer to a request with a wrong field.
func invalid(resource, field, code, message string) answer {
	problem := object{"resource": resource, "code": code}
	if field != "" {
		problem["field"] = field
	}
	if message != "" {
		problem["message"] = message
	}
	return answer{status: http.StatusUnprocessableEntity, body: object{
		"message": "Validation Failed", "errors": []object{problem}, "documentation_url": documentation,
	}}
}
