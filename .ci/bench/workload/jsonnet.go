package workload

import (
	"fmt"
	"strings"
)

var inJsonnet = language{
	number: func(key string) string { return "e." + key },
	text: func(parts []part) string {
		terms := make([]string, len(parts))
		for i, p := range parts {
			if terms[i] = quoted(p.literal); p.key != "" {
				terms[i] = "e." + p.key
			}
		}
		return strings.Join(terms, " + ")
	},
}

// jsonnet is a file for each environment, an index of them, since Jsonnet lists no folder,
// and the objects as a function of an environment.
func jsonnet(t rendered, environments []environment) (map[string]string, error) {
	objects, err := inJsonnet.objects(t)
	if err != nil {
		return nil, err
	}
	index := "{\n"
	files := map[string]string{
		"manifests.libsonnet": "function(e) [\n" + objects + "]\n",
		"main.jsonnet": `local environments = import 'environments.libsonnet';
local manifests = import 'manifests.libsonnet';
{
  [name + '.yaml']: std.manifestYamlStream(manifests(environments[name]), c_document_end=false, quote_keys=false)
  for name in std.objectFields(environments)
}
`}
	for _, e := range environments {
		files["environments/"+e.name+".libsonnet"] = "{\n" + e.fields() + "}\n"
		index += fmt.Sprintf("  %q: import 'environments/%s.libsonnet',\n", e.name, e.name)
	}
	files["environments.libsonnet"] = index + "}\n"
	return files, nil
}
