package config

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"sync"

	"github.com/efgen/efgen/generate/yamltree"
)

//go:embed types*.go
var typesSource embed.FS

// comments holds the comment of every field of our types, as "Type.Field". It is
// made when somebody asks, for most commands never do.
var comments = sync.OnceValue(func() map[string]string {
	made := map[string]string{}
	// What has been embedded is there, and what has been compiled parses.
	files, _ := typesSource.ReadDir(".")
	for _, entry := range files {
		source, _ := typesSource.ReadFile(entry.Name())
		file, _ := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, isType := n.(*ast.TypeSpec)
			if isType {
				addComments(made, spec)
			}
			return !isType
		})
	}
	return made
})

func addComments(made map[string]string, spec *ast.TypeSpec) {
	structure, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range structure.Fields.List {
		for _, name := range f.Names {
			made[spec.Name.Name+"."+name.Name] = oneLine(f.Doc.Text())
		}
	}
}

// docOf is what users are told of a field.
func docOf(f yamltree.Field, name string) string {
	// The types of Kubernetes carry their comments.
	if documented, ok := reflect.Zero(f.Owner).Interface().(interface{ SwaggerDoc() map[string]string }); ok {
		return oneLine(documented.SwaggerDoc()[name])
	}
	return comments()[f.Owner.Name()+"."+f.GoName]
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
