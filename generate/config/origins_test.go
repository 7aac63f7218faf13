package config_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/generate/config"
)

var originFiles = map[string]string{
	"_base.yaml": `defaults:
  replicas: 5
  resources:
    limits: {memory: 2Gi}
applications:
  a:
    image:
      tag: one
    ingress: {host: a.example.com}
`,
	"_site.yaml": `defaults: {replicas: 6, minReadySeconds: 9}
`,
	"case.yaml": header + `extends: [_base.yaml, _site.yaml]
applications:
  a:
    replicas: 7
    image: {tag: two}
    ingress: null
    env:
    - name: A
      value: b
  b: {podLabels: {"x.y/z": w}}
`,
}

func TestOriginsPointAtValuesAndNearestAncestors(t *testing.T) {
	origins := read(t, environments(t, originFiles), "case").Origins
	for _, c := range []struct{ field, at, home string }{
		{"applications.a.replicas", "case.yaml:6:15", "applications.a.replicas"},
		{"applications.a.image.tag", "case.yaml:7:18", "applications.a.image.tag"},
		{"applications.a", "case.yaml:5:3", "applications.a"},
		{"applications.a.env[0].value", "case.yaml:11:14", "applications.a.env[0].value"},
		{`applications.b.podLabels["x.y/z"]`, "case.yaml:12:28", `applications.b.podLabels["x.y/z"]`},
		// Nobody wrote these.
		{"applications.a.env[0].valueFrom.fieldRef", "case.yaml:10:7", "applications.a.env[0]"},
		{"applications.a.env[1]", "case.yaml:9:5", "applications.a.env"},
		{"applications.a.image.digest", "case.yaml:7:12", "applications.a.image"},
		{"applications.b.probes.readiness.periodSeconds", "case.yaml:12:6", "applications.b"},
		{"clusterMonitor", "case.yaml:1:1", ""},
		{"not a field path", "case.yaml:1:1", ""},
		// These come from defaults, those of the last file first.
		{"applications.b.replicas", "_site.yaml:1:22", "defaults.replicas"},
		{"applications.b.minReadySeconds", "_site.yaml:1:42", "defaults.minReadySeconds"},
		{"applications.a.resources.limits.memory", "_base.yaml:4:22", "defaults.resources.limits.memory"},
		{"applications.a.resources.requests", "_base.yaml:3:3", "defaults.resources"},
	} {
		at, home := origins.At(c.field)
		assert.Equal(t, "environments/"+c.at, at.String(), c.field)
		assert.Equal(t, c.home, home, c.field)
	}
}

func TestWrittenIsWhatSomebodySetAndNobodyRemoved(t *testing.T) {
	origins := read(t, environments(t, originFiles), "case").Origins
	for field, want := range map[string]bool{
		"applications.a.replicas":       true,
		"applications.b.replicas":       true,
		"applications.a.ingress":        false,
		"applications.a.ingress.host":   false,
		"applications.a.node.webPort":   false,
		"applications.a.env[0].name":    true,
		"applications.a.env[7].name":    false,
		"applications.a.image.tag.oops": false,
	} {
		assert.Equal(t, want, origins.Written(field), field)
	}
}

func TestHistoryTellsWhoSetWhatAndWhatThatOverrode(t *testing.T) {
	origins := read(t, environments(t, originFiles), "case").Origins
	for field, want := range map[string][]string{
		"applications.a.replicas": {
			"7 environments/case.yaml:6:15 applications.a.replicas",
			"6 environments/_site.yaml:1:22 defaults.replicas",
			"5 environments/_base.yaml:2:13 defaults.replicas",
		},
		"applications.a.image.tag": {
			"two environments/case.yaml:7:18 applications.a.image.tag",
			"one environments/_base.yaml:8:12 applications.a.image.tag",
		},
		"applications.a.ingress": {
			"<nil> environments/case.yaml:8:14 applications.a.ingress",
			"map[host:a.example.com] environments/_base.yaml:9:14 applications.a.ingress",
		},
		"applications.a.probes": nil,
	} {
		assert.Equal(t, want, settings(origins.History(field)), field)
	}
}

func settings(history []config.Setting) (lines []string) {
	for _, s := range history {
		lines = append(lines, fmt.Sprint(s.Value)+" "+s.Position.String()+" "+s.Field)
	}
	return lines
}
