package workload

import (
	"fmt"
	"strings"
)

// helm is one chart, and a file of values for each environment.
func helm(t rendered, environments []environment) (map[string]string, error) {
	files := map[string]string{"chart/Chart.yaml": "apiVersion: v2\nname: streaming\nversion: 1.0.0\n"}
	for _, f := range t.manifests {
		name := strings.ReplaceAll(f.Path, "/", "-")
		files["chart/templates/"+name] = helmTemplate(string(f.Data), t.values())
	}
	for _, e := range environments {
		var values strings.Builder
		for _, v := range e.values() {
			fmt.Fprintf(&values, "%s: %s\n", v.key, v.literal())
		}
		files["values/"+e.name+".yaml"] = values.String()
	}
	return files, nil
}

// helmTemplate quotes the texts that are a whole value. A number is never less than that.
func helmTemplate(text string, values []value) string {
	for _, v := range values {
		if v.number {
			text = strings.ReplaceAll(text, ": "+v.text+"\n", ": {{ .Values."+v.key+" }}\n")
			continue
		}
		text = strings.ReplaceAll(text, ": "+v.text+"\n", ": {{ .Values."+v.key+" | quote }}\n")
		text = strings.ReplaceAll(text, v.text, "{{ .Values."+v.key+" }}")
	}
	return text
}
