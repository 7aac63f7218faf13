package github

import (
	"encoding/json"
	"fmt"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

type graphQL struct{ schema *ast.Schema }

func newGraphQL(text []byte) (*graphQL, error) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: string(text)})
	if err != nil {
		return nil, err
	}
	return &graphQL{schema}, nil
}

// check returns the fields of Query and Mutation that a request asks for.
func (g *graphQL) check(body []byte) (fields []string, err error) {
	var request struct {
		Query     string
		Variables map[string]any
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	document, problems := gqlparser.LoadQueryWithRules(g.schema, request.Query, nil)
	if len(problems) > 0 {
		return nil, fmt.Errorf("request: %w", problems)
	}
	for _, operation := range document.Operations {
		if _, err := validator.VariableValues(g.schema, operation, request.Variables); err != nil {
			return nil, fmt.Errorf("request: %w", err)
		}
		for _, selection := range operation.SelectionSet {
			if field, is := selection.(*ast.Field); is {
				fields = append(fields, field.Name)
			}
		}
	}
	return fields, nil
}

func (g *graphQL) operations() (all []string) {
	for _, root := range []*ast.Definition{g.schema.Query, g.schema.Mutation} {
		for _, field := range root.Fields {
			if field.Name[:2] != "__" { // GraphQL's own
				all = append(all, field.Name)
			}
		}
	}
	return all
}
