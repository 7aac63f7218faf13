package main

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// fields are those that efgen asks for, by type; other types are kept whole.
var fields = map[string][]string{
	"Query":                                {"repository"},
	"Mutation":                             {"updateRefs", "convertPullRequestToDraft", "markPullRequestReadyForReview"},
	"Repository":                           {"object"},
	"GitObject":                            {"oid"},
	"Blob":                                 {"oid", "text", "isBinary", "isTruncated"},
	"ConvertPullRequestToDraftPayload":     {"clientMutationId"},
	"MarkPullRequestReadyForReviewPayload": {"clientMutationId"},
}

func cutGraphQL(text []byte) ([]byte, error) {
	whole, err := parser.ParseSchema(&ast.Source{Input: string(text)})
	if err != nil {
		return nil, err
	}
	cut := &ast.SchemaDocument{}
	for pending := []string{"Query", "Mutation", "Blob"}; len(pending) > 0; {
		name := pending[0]
		pending = pending[1:]
		found := whole.Definitions.ForName(name)
		if found == nil || cut.Definitions.ForName(name) != nil {
			continue // a scalar of GraphQL's own, or known already
		}
		if err := keep(found); err != nil {
			return nil, err
		}
		cut.Definitions = append(cut.Definitions, found)
		pending = append(pending, found.Interfaces...)
		for _, field := range found.Fields {
			pending = append(pending, field.Type.Name())
			for _, argument := range field.Arguments {
				pending = append(pending, argument.Type.Name())
			}
		}
	}
	slices.SortFunc(cut.Definitions, func(a, b *ast.Definition) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
	made := bytes.NewBufferString("# Extract of schema.graphql of @octokit/graphql-schema 15.26.1, MIT: see LICENSE.octokit.\n")
	formatter.NewFormatter(made, formatter.WithoutDescription()).FormatSchemaDocument(cut)
	return made.Bytes(), nil
}

// keep leaves in a type what efgen asks for.
func keep(definition *ast.Definition) error {
	definition.Directives = nil
	wanted, pruned := fields[definition.Name]
	if pruned {
		definition.Interfaces = slices.DeleteFunc(definition.Interfaces, func(name string) bool { return name != "GitObject" })
		definition.Fields = slices.DeleteFunc(definition.Fields, func(f *ast.FieldDefinition) bool { return !slices.Contains(wanted, f.Name) })
		if len(definition.Fields) != len(wanted) {
			return fmt.Errorf("type %q lacks one of %q", definition.Name, wanted)
		}
	}
	for _, field := range definition.Fields {
		field.Directives = nil
	}
	return nil
}
