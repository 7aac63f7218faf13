// Package github holds recorded exchanges with GitHub, the fake one included, against
// GitHub's own descriptions of its API. They say nothing of what an operation does,
// only what it takes and answers.
package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Exchange is a request and its response, as the fake GitHub records them.
type Exchange struct {
	Method   string      `json:"method"`
	URL      string      `json:"url"` // path and query
	Header   http.Header `json:"header"`
	Request  string      `json:"request"`
	Status   int         `json:"status"`
	Response string      `json:"response"`
}

// Contract judges exchanges. It is not safe for concurrent use.
type Contract struct {
	rest *rest
	ask  *graphQL
	seen map[string]bool // operations that an exchange has carried out
}

// NewContract reads the two extracts.
func NewContract(openapi, schema []byte) (*Contract, error) {
	rest, err := newREST(openapi)
	if err != nil {
		return nil, fmt.Errorf("read the description of REST: %w", err)
	}
	ask, err := newGraphQL(schema)
	if err != nil {
		return nil, fmt.Errorf("read the schema of GraphQL: %w", err)
	}
	return &Contract{rest: rest, ask: ask, seen: map[string]bool{}}, nil
}

// Check says what GitHub's descriptions have against an exchange. A request that was
// turned down may be as wrong as it likes, but the answer has GitHub's form.
func (c *Contract) Check(e Exchange) error {
	location, err := url.Parse(e.URL)
	if err != nil {
		return err
	}
	path := strings.TrimPrefix(location.Path, "/api/v3")
	if strings.HasSuffix(path, "/graphql") {
		return c.checkGraphQL(e)
	}
	// The description knows repositories by their names only.
	location.Path = strings.Replace(path, "/repositories/1", "/repos/example/deploy", 1)
	operation, err := c.rest.check(e, location)
	if e.Status < http.StatusBadRequest {
		c.seen[operation] = true
	}
	return err
}

func (c *Contract) checkGraphQL(e Exchange) error {
	if e.Status != http.StatusOK {
		return c.rest.checkError(e)
	}
	var answer struct {
		Data   map[string]json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal([]byte(e.Response), &answer); err != nil {
		return fmt.Errorf("response: %w", err)
	}
	if len(answer.Errors) > 0 {
		return nil
	}
	if len(answer.Data) == 0 {
		return errors.New("response: neither data nor errors")
	}
	fields, err := c.ask.check([]byte(e.Request))
	for _, field := range fields {
		c.seen[field] = true
	}
	return err
}

// Unseen lists the operations that no exchange has carried out.
func (c *Contract) Unseen() (unseen []string) {
	for _, operation := range append(c.rest.operations(), c.ask.operations()...) {
		if !c.seen[operation] {
			unseen = append(unseen, operation)
		}
	}
	return unseen
}
