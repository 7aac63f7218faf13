package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hostile is a text in YAML that terminals and runners would take for more than a text.
const hostile = `"x\n::error::owned\n##[error]owned\e[2J\e]0;t\a\u202eabc\u200b\u2028\u2066::add-mask::a\uFEFF\u0085"`

// TestNoCommandPrintsMoreThanText puts a hostile text wherever an environment takes one,
// good or not, and runs the commands that print it.
func TestNoCommandPrintsMoreThanText(t *testing.T) {
	t.Parallel()
	const header = "apiVersion: efgen/v1\nkind: Environment\nregistry: {host: registry.example.com}\n"
	const application = "image: {tag: \"1.0.0\"}, resources: {limits: {memory: 2Gi}}"
	environments := map[string]string{
		"taken": header + "annotations: {\"example.com/a\": " + hostile + "}\napplications: {orders: {" + application +
			", env: [{name: X, value: " + hostile + "}, {name: Y, value: \"\\u009b31m\"}], podAnnotations: {\"example.com/b\": " + hostile + "}}}\n",
		"refused": header + "namespace: " + hostile + "\nlabels: {" + hostile + ": " + hostile + "}\n" + hostile + ": x\n" +
			"schemas: [" + hostile + "]\nextraManifests: [" + hostile + "]\ndeploy: {path: " + hostile + ", host: " + hostile + "}\napplications: {" + hostile + ": {" + application + "}}\n",
	}
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "environments"), 0o755))
	for name, text := range environments {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "environments", name+".yaml"), []byte(text), 0o644))
	}
	loose := "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + hostile + ", namespace: " + hostile + "}, data: {" + hostile + ": " + hostile + "}}\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "loose.yaml"), []byte(loose), 0o644))
	for _, line := range []string{
		"generate --env taken", "generate --env refused", "validate loose.yaml", "validate --env taken", "validate --env refused", "validate --env refused --format json",
		"validate --env refused --format sarif", "validate --env refused --format github", "diff --env taken", "diff --env refused", "diff --env taken --format json", "diff --env taken --format markdown",
		"verify", "list", "list --format json", "explain taken", "explain refused", "explain taken --format json", "explain taken annotations", "explain taken applications.orders.env",
		"explain taken applications.orders.env[0].value", "explain taken applications.orders.env[1].value", `explain taken annotations["example.com/a"]`, "explain taken applications.orders", "complete -- explain taken annotations", "pr --env refused",
	} {
		for _, workflow := range []string{"", "true"} {
			var stdout, stderr strings.Builder
			run(append([]string{"-C", dir}, strings.Fields(line)...), streams{
				stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, getenv: func(name string) string { return map[string]string{"GITHUB_ACTIONS": workflow}[name] },
			})
			if strings.HasPrefix(line, "explain taken") {
				assert.Contains(t, stdout.String(), "taken.yaml", line)
			}
			for _, text := range []string{stdout.String(), stderr.String()} {
				i := strings.IndexFunc(text, func(c rune) bool {
					return c != '\n' && !(c == '\t' && strings.HasPrefix(line, "complete")) && !unicode.IsPrint(c)
				})
				assert.Negative(t, i, "%s: %q", line, text[max(i-20, 0):])
				assert.NotContains(t, text, "##[", line)
				if workflow != "" && !strings.Contains(line, "--format") {
					assert.NotRegexp(t, `(?m)^\s*::(error|add-mask)::`, stopped.ReplaceAllString(text, ""), line)
				}
			}
		}
	}
}

// stopped is where a runner looks for no commands.
var stopped = regexp.MustCompile(`(?s)::stop-commands::(\w+)\n.*?\n::\w{26}::\n`)
