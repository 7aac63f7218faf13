package main

import (
	"slices"
	"strings"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

// locate points problems of manifests at the environment file. What is found in
// two manifests that say the same is one problem there.
func locate(env *config.Environment, problems []rule.Problem) []rule.Problem {
	for i, p := range problems {
		problems[i] = locateOne(env, p)
	}
	return withoutEchoes(problems)
}

func locateOne(env *config.Environment, p rule.Problem) rule.Problem {
	field := p.Field
	if p.File != "" {
		field = generate.Source(env, p.Manifest, p.File, p.Field)
	}
	at, field := env.Origins.At(field)
	p.File, p.Line, p.Column, p.Field = at.File, at.Line, at.Column, field
	return p
}

// withoutEchoes drops a problem where another one says the same of a part of
// its field: security.conf stands in a file of its own and inside node.conf.
func withoutEchoes(problems []rule.Problem) []rule.Problem {
	type sentence struct{ rule, message string }
	fields := map[sentence][]string{}
	for _, p := range problems {
		key := sentence{p.Rule, p.Message}
		fields[key] = append(fields[key], p.Field)
	}
	return slices.DeleteFunc(problems, func(p rule.Problem) bool {
		said := fields[sentence{p.Rule, p.Message}]
		return slices.ContainsFunc(said, func(field string) bool {
			rest, below := strings.CutPrefix(field, p.Field)
			return below && rest != "" && p.Field != "" && (rest[0] == '.' || rest[0] == '[')
		})
	})
}
