// Extract cuts the operations that efgen uses out of GitHub's own descriptions of its
// API, and leaves out all prose:
//
//	npm pack @octokit/openapi@23.0.2 @octokit/graphql-schema@15.26.1
//	go run ./extract .../api.github.com.json .../schema.graphql
//
// It writes openapi.json and schema.graphql into the working directory. Both sources
// are under the MIT license, which LICENSE.octokit holds.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "extract:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: extract OPENAPI.json SCHEMA.graphql")
	}
	for i, extract := range []struct {
		target string
		cut    func([]byte) ([]byte, error)
	}{{"openapi.json", cutOpenAPI}, {"schema.graphql", cutGraphQL}} {
		text, err := os.ReadFile(args[i])
		if err != nil {
			return err
		}
		if text, err = extract.cut(text); err != nil {
			return fmt.Errorf("%s: %w", args[i], err)
		}
		if err := os.WriteFile(extract.target, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
