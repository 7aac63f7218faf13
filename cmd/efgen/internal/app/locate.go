package app

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/source"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

// locate points problems of manifests at the environment file, or at the file that the
// environment names. Problems of two manifests with the same text become one.
func locate(env *config.Environment, files []tree.File, problems []rule.Problem) []rule.Problem {
	var inEnvironment, inInputs []rule.Problem
	sources := source.New(env, files, generate.Render)
	for _, p := range problems {
		if located, ok := locateInput(env, files, p); ok {
			inInputs = append(inInputs, located)
		} else {
			inEnvironment = append(inEnvironment, locateField(sources, p))
		}
	}
	return append(withoutEchoes(inEnvironment), inInputs...)
}

// locateInput points a problem at the file of the environments folder that it is in, or
// that was copied into the generated file. It reports whether there is such a file.
func locateInput(env *config.Environment, files []tree.File, p rule.Problem) (rule.Problem, bool) {
	folder := path.Dir(env.File)
	if inSchema(env, p) {
		p.File, p.Line = path.Join(folder, p.File), max(p.Line, 1)
		return p, true
	}
	i := slices.IndexFunc(files, func(file tree.File) bool { return file.Path == p.File })
	if i < 0 {
		return p, false
	}
	input, copied := source.InputBehind(env, files[i], p.Line)
	if !copied {
		return p, false
	}
	p.File, p.Line = path.Join(folder, input.Path), input.Line
	if input.TextLine > 0 {
		// The field is that of the whole text, and the message counts the lines of that.
		p.Field = ""
		p.Message = strings.Replace(p.Message, fmt.Sprintf("line %d,", input.TextLine), fmt.Sprintf("line %d,", input.Line), 1)
	}
	return p, true
}

// inSchema reports whether a problem is in a file that describes kinds. A generated file
// may have the same path, but its problems name an object.
func inSchema(env *config.Environment, p rule.Problem) bool {
	return p.Manifest == "Environment/"+env.Name && slices.Contains(env.Schemas, p.File)
}

// locateField points a problem at the field of the environment file that is behind it.
func locateField(sources *source.Sources, p rule.Problem) rule.Problem {
	field := p.Field
	if p.File != "" {
		field = sources.Of(p.Manifest, p.File, p.Field)
	}
	if path.Dir(p.File) == "extra" && p.Field != "" {
		p.Message = p.Field + ": " + p.Message
	}
	at, field := sources.Env.Origins.At(field)
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
