package manifest

import (
	"bytes"
	"slices"
	"strings"
)

// secretWords end the names of what must not be read.
var secretWords = []string{"password", "passwd", "secret", "token", "apikey"}

// pointers end the names of what only says where a secret is.
var pointers = []string{"file", "path", "dir", "name", "ref", "key", "url", "uri", "id"}

// wordBreak splits a name as people do: at _, - and ., and before a capital.
var wordBreak = Pattern(`[_.-]+|([a-z0-9])([A-Z])`)

var separators = strings.NewReplacer("_", "", ".", "", "-", "", " ", "")

// number matches what only sets something up, as in TOKEN_TTL_SECONDS: "3600".
var number = Pattern(`^[-+]?\d+(\.\d+)?$`)

// answers are no secrets under any name, as in REQUIRE_PASSWORD: "true".
var answers = []string{"true", "false", "yes", "no", "on", "off"}

// IsSecret reports whether a value is a secret in plain text, by its name: that of
// DB_PASSWORD, apiKey or KEYSTOREPASSWORD is, that of PASSWORD_FILE or MAX_TOKENS is not.
// A value that only refers to others is none.
func IsSecret(name, value string) bool {
	together := strings.ToLower(separators.Replace(name))
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

// tokenMarks are what every token or key holds, for a quick look.
var tokenMarks = []string{"PRIVATE KEY-----", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "AKIA", "xox", "eyJ"}

// tokens match private keys and the tokens of GitHub, GitLab, AWS, Slack, and JWTs.
var tokens = Pattern(`-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}|\bglpat-[A-Za-z0-9_-]{20}|\bAKIA[A-Z0-9]{16}\b|\bxox[abprs]-[A-Za-z0-9-]{10}|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`)

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

// assignment matches NAME=value, name: value or --name=value, with the value up to what
// ends it: a quotation mark, or else a space or a comma.
var assignment = Pattern(`([A-Za-z_][\w.-]*)("?[ \t]*[=:][ \t]*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,"']+)`)

// MaskSecrets puts a mark in the place of every value in a text that is a secret by its name.
func MaskSecrets(text, mark string) string {
	lower := strings.ToLower(separators.Replace(text))
	if !slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(lower, word) }) {
		return text
	}
	return assignment().ReplaceAllStringFunc(text, func(found string) string {
		parts := assignment().FindStringSubmatch(found)
		value := strings.Trim(parts[3], `"'`)
		if !IsSecret(parts[1], value) {
			return found
		}
		return parts[1] + parts[2] + strings.Replace(parts[3], value, mark, 1)
	})
}
