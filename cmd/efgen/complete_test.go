package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// runIn carries out a command line in dir and returns what it prints.
func runIn(t *testing.T, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(append([]string{"-C", dir}, args...), streams{
		stdin: strings.NewReader(""), stdout: &out, stderr: &err, getenv: func(string) string { return "" },
	})
	return code, out.String(), err.String()
}

func TestCompletionOffersWhatMayFollow(t *testing.T) {
	t.Parallel()
	dir := playground(t)
	for line, want := range map[string]string{
		"val":                                 "validate",
		"expl":                                "explain",
		"comple":                              "completion", // and not what scripts ask
		"nonsense ":                           "generate validate diff pr verify list rules explain schema version completion",
		"generate --env ":                     "development openshift production staging",
		"generate --env p":                    "production",
		"generate --env=p":                    "--env=production",
		"generate --env = p":                  "production",
		"generate --env =":                    "development openshift production staging",
		"generate --env staging --env o":      "openshift",
		"-C nowhere generate --env ":          "",
		"--environments nowhere list --env p": "",
		"--environments=environments list --env p": "production",
		"-q list --env p":                          "production",
		"list --format ":                           "text json matrix",
		"--format ":                                "",
		"diff --format ":                           "text markdown json",
		"diff --fail-on ":                          "never low medium high blocking",
		"diff --base ":                             "",
		"verify --format ":                         "text json",
		"validate --plat":                          "--platform",
		"validate --platform ":                     "kubernetes openshift",
		"validate --kubernetes-version ":           "",
		"validate environ":                         "",
		"rules EF10":                               "EF101 EF102 EF103 EF104 EF105 EF106 EF107 EF108 EF109",
		"completion ":                              "bash zsh fish",
		"completion bash ":                         "",
		"explain prod":                             "production",
		"explain production clusterMonitor.ser":    "clusterMonitor.service clusterMonitor.serviceAccount",
		"explain production applications.lv-orders.rep":    "applications.lv-orders.replicas",
		"explain production applications.lv-orders.ports[": "applications.lv-orders.ports[0] applications.lv-orders.ports[0].name applications.lv-orders.ports[0].nodePort applications.lv-orders.ports[0].port",
		"explain production applic":                        "applications applications.ef-kubernetes-app applications.lv-orders",
		"explain production annotations[":                  `annotations["example.com/on-call"]`,
		"explain production applications.nobody.rep":       "",
		"explain nowhere a":                                "",
		"explain production replicas ":                     "",
		"--unknown":                                        "",
	} {
		code, out, _ := runIn(t, dir, append([]string{"complete", "--"}, strings.Split(line, " ")...)...)
		assert.Zero(t, code)
		words := []string{}
		for candidate := range strings.Lines(out) {
			word, _, _ := strings.Cut(candidate, "\t")
			words = append(words, word)
		}
		assert.Equal(t, want, strings.Join(words, " "), line)
	}
	code, out, _ := runIn(t, dir, "complete")
	assert.Zero(t, code)
	assert.Empty(t, out)
	_, out, _ = runIn(t, dir, "complete", "--", "lis")
	assert.Equal(t, "list\tList the environments.\n", out)
}

// The formats that are offered are those that the commands name when they refuse one.
func TestCompletionKnowsTheFormatsOfEveryCommand(t *testing.T) {
	t.Parallel()
	parser, err := kong.New(&cli{}, kong.Vars{"jobs": "1"})
	require.NoError(t, err)
	arguments := map[string][]string{"explain": {"production"}, "generate": {"--all"}, "pr": {"--all"}}
	for _, command := range parser.Model.Children {
		_, _, refusal := runIn(t, playground(t), append([]string{command.Name, "--format", "nonsense"}, arguments[command.Name]...)...)
		_, named, _ := strings.Cut(strings.TrimSpace(refusal), "this command prints ")
		assert.Equal(t, named, strings.Join(formatsOf(command), " or "), command.Name)
	}
}

// Each shell is driven as far as it lets itself be driven without a terminal.
func TestShellsUseTheCompletionScripts(t *testing.T) {
	t.Parallel()
	for shell, c := range map[string]struct{ script, want string }{
		"bash": {`eval "$(efgen completion bash)"
			try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _efgen efgen "${COMP_WORDS[COMP_CWORD]}"; echo "${COMPREPLY[*]}"; }
			complete -p efgen
			try efgen gen
			try efgen list --env p
			try efgen list --format = m
			try efgen explain production 'annotations[\"exa'
			try efgen validate environm`,
			"complete -o default -F _efgen efgen\ngenerate\nproduction\nmatrix\n" + `annotations\[\"example.com/on-call\"\]` + "\n\n"},
		"zsh": {`autoload -Uz compinit && compinit -u -D
			source <(efgen completion zsh)
			_describe() { print -rl -- $candidates }; _files() { print files }
			try() { words=("$@"); CURRENT=$#; _efgen }
			print $_comps[efgen]
			try efgen comple
			try efgen list --env p
			try efgen explain production 'annotations\[\"exa'
			try efgen validate environm`,
			"_efgen\ncompletion:Print the completion script of a shell.\nproduction:\nannotations[\"example.com/on-call\"]:\nfiles\n"},
		"fish": {`efgen completion fish | source
			complete -C 'efgen comple'
			complete -C 'efgen list --env p'
			complete -C 'efgen list --env=p'
			complete -C 'efgen validate environm'`,
			"completion\tPrint the completion script of a shell.\nproduction\n--env=production\nenvironments/\n"},
	} {
		t.Run(shell, func(t *testing.T) {
			if _, err := exec.LookPath(shell); err != nil {
				t.Skip(shell + " is not installed")
			}
			cmd := exec.Command(shell, "-c", c.script)
			cmd.Dir = playground(t)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))
			assert.Equal(t, c.want, string(out))
		})
	}
	code, _, problem := runIn(t, t.TempDir(), "completion", "tcsh")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, problem, "bash")
}
