package source

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"
)

// An Input is a line in a file that the environment names. A generated file has a copy
// of it.
type Input struct {
	// Path is that of the file in the environments folder.
	Path string
	Line int
	// TextLine is the line of the copy in the text that includes it; 0 if the whole
	// generated file is the copy.
	TextLine int
}

// InputBehind finds the line that a line of a generated file was copied from.
func InputBehind(env *config.Environment, file tree.File, line int) (Input, bool) {
	if line < 1 {
		return Input{}, false
	}
	switch folder, base := path.Split(file.Path); {
	case folder == extraFolder+"/":
		i := slices.IndexFunc(env.ExtraManifests, func(named string) bool { return path.Base(named) == base })
		if i < 0 || !bytes.Equal(file.Data, env.Contents[env.ExtraManifests[i]]) {
			return Input{}, false
		}
		return Input{Path: env.ExtraManifests[i], Line: line}, true
	case base == "configmap-configuration.yaml":
		return includeBehind(env, file, line)
	}
	return Input{}, false
}

// includeBehind looks for the included files where node.conf embeds them. It is a
// block of YAML unless a line in it ends with a space or with a carriage return.
func includeBehind(env *config.Environment, file tree.File, line int) (Input, bool) {
	app := env.Applications[path.Dir(file.Path)]
	text := bytes.Index(file.Data, []byte("\n  "+nodeConf+": |"))
	if app == nil || text < 0 {
		return Input{}, false
	}
	textAt := bytes.Count(file.Data[:text], []byte("\n")) + 2
	for _, include := range app.Security.Include {
		lines := strings.Split(strings.TrimSuffix(string(env.Contents[include]), "\n"), "\n")
		before, _, found := bytes.Cut(file.Data, embedded(lines))
		first := bytes.Count(before, []byte("\n")) + 2
		if found && line >= first && line < first+len(lines) {
			return Input{Path: include, Line: line - first + 1, TextLine: line - textAt}, true
		}
	}
	return Input{}, false
}

// embedded is an included file as the ConfigMap has it, with the quotes around it.
func embedded(lines []string) []byte {
	const indent = "    "
	var block bytes.Buffer
	block.WriteString("\"\"\"\n")
	for _, line := range lines {
		if line != "" {
			block.WriteString(indent + line)
		}
		block.WriteByte('\n')
	}
	block.WriteString(indent + `"""`)
	return block.Bytes()
}
