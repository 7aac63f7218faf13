package main

import (
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/schemas"
)

type schemaCommand struct{}

func (schemaCommand) Help() string {
	return `An editor with a YAML language server completes and checks environment files by it. Point the editor's
setting yaml.schemas at the file, or write this comment into an environment file:
  # yaml-language-server: $schema=../efgen.schema.json

Examples:
  efgen schema > efgen.schema.json`
}

func (schemaCommand) Run(out *printer) error {
	text, err := config.Schema(schemas.Minors())
	if err != nil {
		return err
	}
	_, err = out.stdout.Write(text)
	return err
}
