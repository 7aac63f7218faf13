package workload

import (
	"fmt"
	"strings"
)

var inCUE = language{
	number: func(key string) string { return "e." + key },
	text: func(parts []part) string {
		if len(parts) == 1 && parts[0].key != "" {
			return "e." + parts[0].key
		}
		var b strings.Builder
		for _, p := range parts {
			if p.key != "" {
				b.WriteString(`\(e.` + p.key + `)`)
				continue
			}
			literal := quoted(p.literal)
			b.WriteString(literal[1 : len(literal)-1])
		}
		return `"` + b.String() + `"`
	},
}

// cue is one package: a file for each environment, the objects as a function of it, and a
// command that writes them all in one process.
func cue(t rendered, environments []environment) (map[string]string, error) {
	objects, err := inCUE.objects(t)
	if err != nil {
		return nil, err
	}
	files := map[string]string{
		"cue.mod/module.cue": "module: \"example.com/streaming\"\nlanguage: version: \"v0.12.0\"\n",
		"manifests.cue": "package streaming\n\nmanifests: {\n\tfor name, e in environments {\n\t\t(name): [\n" +
			objects + "\t\t]\n\t}\n}\n",
		"render_tool.cue": `package streaming

import (
	"encoding/yaml"
	"tool/file"
)

out: string @tag(out)

command: render: {
	for name, objects in manifests {
		(name): file.Create & {
			filename: "\(out)/\(name).yaml"
			contents: yaml.MarshalStream(objects)
		}
	}
}
`}
	for _, e := range environments {
		files[e.name+".cue"] = fmt.Sprintf("package streaming\n\nenvironments: %q: {\n%s}\n", e.name, e.fields())
	}
	return files, nil
}
