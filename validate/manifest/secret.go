package manifest

import (
	"bytes"
	"slices"
	"strings"
)

// secretWords end the names of what must not be read.
var secretWords = []string{
	"password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "privatekey", "credential", "credentials", "accesskey",
}

// pointers end the names of what only says where a secret is, or what kind of one it is.
var pointers = []string{
	"file", "path", "dir", "name", "ref", "key", "url", "uri", "id", "location", "folder", "mount", "namespace", "host", "endpoint", "user", "username",
	"type", "kind", "policy", "store", "provider", "issuer", "audience", "mode", "algorithm", "format", "version", "class", "header", "prefix",
	"enabled", "required", "length", "size", "ttl", "expiry", "lifetime", "timeout", "interval", "rotation", "scope", "encoder", "backend",
}

// references are names that end as those of secrets and hold the name of a Kubernetes
// Secret, or the working folder of a shell.
var references = []string{"pullsecret", "tlssecret"}

// wordBreak splits a name as people do: at _, - and ., and before a capital.
var wordBreak = Pattern(`[_.-]+|([a-z0-9])([A-Z])`)

var separators = strings.NewReplacer("_", "", ".", "", "-", "", " ", "")

// number matches what only sets something up, as in TOKEN_TTL_SECONDS: "3600".
var number = Pattern(`^[-+]?\d+(\.\d+)?$`)

// answers are no secrets under any name, as in REQUIRE_PASSWORD: "true" or in the
// description of a type.
var answers = []string{"true", "false", "yes", "no", "on", "off", "null", "none", "nil", "~", "string", "required", "optional"}

// switches are words of a name that asks a question, to which 0 or 1 is the answer, as in
// ALLOW_EMPTY_PASSWORD: "1".
var switches = []string{"allow", "require", "use", "enable", "disable", "skip", "random", "generate"}

// mounted matches the path of a file, which only says where a secret is.
var mounted = Pattern(`^(file:(//)?)?/(run|var|etc|mnt|opt|home|tmp|usr|srv|secrets?|vault|config|certs?)/[\w./+-]*$`)

// placeholder matches what a template or a person still has to fill in.
var placeholder = Pattern(`^(<[^<>]*>|@[^@]+@|%[^%]+%|%\([^)]*\)s|\*+|\.{3}|…)$|\{\{`)

// IsSecret reports whether a value is a secret in plain text, by its name: that of
// DB_PASSWORD, apiKey or KEYSTOREPASSWORD is, that of PASSWORD_FILE or MAX_TOKENS is not.
// A value that only refers to others is none, nor is the path of a mounted file.
func IsSecret(name, value string) bool {
	together := strings.ToLower(separators.Replace(name))
	if !saysSecret(together) || together == "pwd" || together == "oldpwd" {
		return false
	}
	text := ownText(value)
	if text == "" || slices.Contains(answers, strings.ToLower(text)) || mounted().MatchString(text) || placeholder().MatchString(text) {
		return false
	}
	words := strings.Fields(strings.ToLower(wordBreak().ReplaceAllString(name, "$1 $2")))
	if (text == "0" || text == "1") && slices.ContainsFunc(words, func(word string) bool { return slices.Contains(switches, word) }) {
		return false
	}
	endsWith := func(list []string) func(string) bool {
		return func(text string) bool {
			return slices.ContainsFunc(list, func(word string) bool { return strings.HasSuffix(text, word) })
		}
	}
	endsSecret := endsWith(secretWords)
	if endsSecret(together) {
		return !endsWith(references)(together)
	}
	// A secret's name in the middle counts unless the end says where it is, or the
	// value is none.
	return len(words) > 1 && slices.ContainsFunc(words, endsSecret) && !slices.Contains(pointers, words[len(words)-1]) && !number().MatchString(text)
}

// saysSecret is a quick look at a text in small letters, without separators.
func saysSecret(text string) bool {
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(text, word) })
}

// tokenMarks are what every token or key holds, for a quick look.
var tokenMarks = []string{
	"PRIVATE KEY", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "AKIA", "ASIA", "AIza", "xox", "eyJ", "npm_", "sk_live_", "hvs.", "dckr_pat_",
}

// tokens match private keys and the tokens of GitHub, GitLab, AWS, Google, Slack, npm,
// Stripe, Vault, Docker, and JWTs.
var tokens = Pattern(`-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}|\bglpat-[A-Za-z0-9_-]{20}|\bA[KS]IA[A-Z0-9]{16}\b` +
	`|\bAIza[A-Za-z0-9_-]{35}\b|\bxox[abprs]-[A-Za-z0-9-]{10}|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}` +
	`|\bnpm_[A-Za-z0-9]{36}\b|\bsk_live_[A-Za-z0-9]{16}|\bhvs\.[A-Za-z0-9_-]{24}|\bdckr_pat_[A-Za-z0-9_-]{20}`)

// FindToken is where in a text the first private key or access token begins, as an offset
// in bytes; -1 if there is none.
func FindToken(text []byte) int {
	if !slices.ContainsFunc(tokenMarks, func(mark string) bool { return bytes.Contains(text, []byte(mark)) }) {
		return -1
	}
	if at := tokens().FindIndex(text); at != nil {
		return at[0]
	}
	return -1
}
