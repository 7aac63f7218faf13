package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"

	"github.com/efgen/efgen/validate/schemas"
)

// generated is where Kubernetes keeps the lists of words that a field accepts: its OpenAPI
// documents leave them out.
const generated = "pkg/generated/openapi/zz_generated.openapi.go"

// definer begins the name of a function that describes a type.
const definer = "schema_k8sio_api_"

// readWords reads the words of every field that has some, by schemas.WordsOf.
func readWords(s source) (map[string]string, error) {
	words := map[string]string{}
	err := s.files([]string{generated}, func(name string, content []byte) error {
		file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(function.Name.Name, definer) || alpha.MatchString(function.Name.Name) {
				continue
			}
			kind := "io.k8s.api." + strings.ReplaceAll(strings.TrimPrefix(function.Name.Name, definer), "_", ".")
			ast.Inspect(function, func(node ast.Node) bool {
				if field, list := wordsOf(node); list != nil {
					words[schemas.WordsName(kind, field)] = text(list)
				}
				return true
			})
		}
		return nil
	})
	return words, err
}

// wordsOf are those of a field of `Properties`, which may be a list of them.
func wordsOf(node ast.Node) (field string, words []string) {
	property, ok := node.(*ast.KeyValueExpr)
	if !ok {
		return "", nil
	}
	if field = literal(property.Key); field == "" {
		return "", nil
	}
	ast.Inspect(property.Value, func(node ast.Node) bool {
		pair, ok := node.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		if name, ok := pair.Key.(*ast.Ident); ok && name.Name == "Enum" {
			for _, word := range pair.Value.(*ast.CompositeLit).Elts {
				words = append(words, literal(word))
			}
		}
		return true
	})
	return field, words
}

// literal is the text of a literal text, empty for any other expression.
func literal(expression ast.Expr) string {
	if basic, ok := expression.(*ast.BasicLit); ok && basic.Kind == token.STRING {
		text, _ := strconv.Unquote(basic.Value)
		return text
	}
	return ""
}

func text(words []string) string {
	data, err := json.Marshal(words)
	if err != nil {
		panic(err)
	}
	return string(data)
}
