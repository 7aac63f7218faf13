package validate

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

func quoted(list []string) string {
	all := make([]string, len(list))
	for i, item := range list {
		all[i] = strconv.Quote(item)
	}
	return strings.Join(all, ", ")
}

// secretWords end the names of what must not be read.
var secretWords = []string{"password", "passwd", "secret", "token", "apikey"}

// pointers end the names of what only says where a secret is.
var pointers = []string{"file", "path", "dir", "name", "ref", "key", "url", "uri", "id"}

// wordBreak splits a name as people do: at _, - and ., and before a capital.
var wordBreak = expression(`[_.-]+|([a-z0-9])([A-Z])`)

var breaks = strings.NewReplacer("_", "", ".", "", "-", "", " ", "")

// number matches what only sets something up, as in TOKEN_TTL_SECONDS: "3600".
var number = expression(`^[-+]?\d+(\.\d+)?$`)

// answers are no secrets under any name, as in REQUIRE_PASSWORD: "true".
var answers = []string{"true", "false", "yes", "no", "on", "off"}

// holdsSecret tells whether a value is a secret in plain text, by its name: that of
// DB_PASSWORD, apiKey or KEYSTOREPASSWORD is, that of PASSWORD_FILE or MAX_TOKENS not.
func holdsSecret(name, value string) bool {
	together := strings.ToLower(breaks.Replace(name))
	if !slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(together, word) }) {
		return false
	}
	text := ownText(value)
	if text == "" || slices.Contains(answers, strings.ToLower(text)) {
		return false
	}
	words := strings.Fields(strings.ToLower(wordBreak().ReplaceAllString(name, "$1 $2")))
	endsSecret := func(text string) bool {
		return slices.ContainsFunc(secretWords, func(word string) bool { return strings.HasSuffix(text, word) })
	}
	if endsSecret(together) {
		return true
	}
	// A secret's name in the middle counts unless the end says where it is, or the
	// value is none.
	return len(words) > 1 && slices.ContainsFunc(words, endsSecret) && !slices.Contains(pointers, words[len(words)-1]) && !number().MatchString(text)
}

// ownText is what a value holds itself, beside the names of others.
func ownText(value string) string {
	return strings.TrimSpace(substitution().ReplaceAllString(variable().ReplaceAllString(value, ""), "$3"))
}

func findSecretEnv(s *subject, r *report) {
	for _, w := range s.allWorkloads {
		for _, c := range w.containers() {
			for i, env := range c.Env {
				if holdsSecret(env.Name, env.Value) {
					r.add(w.at(rule.Index(c.field+".env", i)+".value"), "use valueFrom.secretKeyRef", "variable %q is a secret in plain text", env.Name)
				}
			}
		}
	}
}

// findPasswords looks into configurations and the substitutions that fill them.
func findPasswords(s *subject, r *report) {
	hint := "take it from a substitution file in a Secret: \"${NAME}\""
	for _, c := range s.configurations {
		for path, value := range c.root.Texts() {
			if holdsSecret(lastKey(path), value.Text) {
				r.add(c.on(value, path.String()), hint, "%s is a secret in plain text", path)
			}
		}
	}
	for _, n := range s.nodes {
		for _, set := range s.setSubstitutions(n) {
			if holdsSecret(set.name, set.value) {
				r.add(set.at, hint, "substitution %q is a secret in plain text", set.name)
			}
		}
	}
}

// lastKey is the innermost key of a path.
func lastKey(path []rule.Step) string {
	for _, step := range slices.Backward(path) {
		if step.Key != "" {
			return step.Key
		}
	}
	return ""
}

// tokenMarks are what every token or key holds, for a quick look.
var tokenMarks = []string{"PRIVATE KEY-----", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "AKIA", "xox", "eyJ"}

// mayHoldToken rules most texts out quickly.
func mayHoldToken(text []byte) bool {
	return slices.ContainsFunc(tokenMarks, func(mark string) bool { return bytes.Contains(text, []byte(mark)) })
}

// tokens match private keys and the tokens of GitHub, GitLab, AWS, Slack, and JWTs.
var tokens = expression(`-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}|\bglpat-[A-Za-z0-9_-]{20}|\bAKIA[A-Z0-9]{16}\b|\bxox[abprs]-[A-Za-z0-9-]{10}|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`)

func findTokens(s *subject, r *report) {
	for _, o := range s.objects {
		if mayHoldToken(o.document.text) {
			findTokensIn(o, r, "", o.fields)
		}
	}
	for _, c := range s.configurations {
		if c.at.object != nil {
			continue
		}
		for path, value := range c.root.Texts() {
			if mayHoldToken([]byte(value.Text)) && tokens().MatchString(value.Text) {
				r.add(c.on(value, path.String()), "revoke it, and put a new one into a Secret in the cluster", "a private key or a token stands here in plain text")
			}
		}
	}
}

// findTokensIn walks all texts of an object.
func findTokensIn(o *object, r *report, field string, value any) {
	switch v := value.(type) {
	case string:
		if at := tokens().FindStringIndex(v); at != nil {
			r.add(o.at(field).on(1+strings.Count(v[:at[0]], "\n")), "revoke it, and put a new one into a Secret in the cluster", "a private key or a token stands here in plain text")
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			findTokensIn(o, r, rule.Key(field, key), v[key])
		}
	case []any:
		for i, item := range v {
			findTokensIn(o, r, rule.Index(field, i), item)
		}
	}
}
