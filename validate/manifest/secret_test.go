package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/validate/manifest"
)

func TestASecretIsKnownByItsName(t *testing.T) {
	for _, secret := range [][2]string{
		{"DB_PASSWORD", "hunter2"}, {"apiKey", "x"}, {"KEYSTOREPASSWORD", "x"}, {"db.password", "${X:-hunter2}"}, {"password_hash_of_admin", "x"},
	} {
		assert.True(t, manifest.IsSecret(secret[0], secret[1]), "%s", secret)
	}
	for _, none := range [][2]string{
		{"DB_PASSWORD", ""}, {"DB_PASSWORD", "$(OTHER)"}, {"DB_PASSWORD", "${OTHER}"}, {"PASSWORD_FILE", "/a"}, {"MAX_TOKENS", "100"},
		{"REQUIRE_PASSWORD", "true"}, {"TOKEN_TTL_SECONDS", "3600"}, {"secretName", "flow"}, {"REGION", "north"},
	} {
		assert.False(t, manifest.IsSecret(none[0], none[1]), "%s", none)
	}
}

func TestTokensAreKnownByTheirForm(t *testing.T) {
	assert.Equal(t, 3, manifest.FindToken([]byte("a: ghp_"+strings.Repeat("a", 36))))
	assert.Equal(t, 0, manifest.FindToken([]byte("-----BEGIN RSA PRIVATE KEY-----\n")))
	for _, none := range []string{"", "ghp_short", "-----BEGIN CERTIFICATE-----", "eyJ is how JSON begins"} {
		assert.Equal(t, -1, manifest.FindToken([]byte(none)), none)
	}
}

func TestSecretsInATextAreMasked(t *testing.T) {
	for text, want := range map[string]string{
		"A=1\nDB_PASSWORD=hunter2\nB=2\n":               "A=1\nDB_PASSWORD=*\nB=2\n",
		"A=1,DB_PASSWORD=hunter2,B=2":                   "A=1,DB_PASSWORD=*,B=2",
		`password = "hunter \"2\" x" # of the database`: `password = "*" # of the database`,
		"password: 'hunter 2'":                          "password: '*'",
		`{"password": "hunter2", "user": "anna"}`:       `{"password": "*", "user": "anna"}`,
		"--db-password=hunter2 --verbose":               "--db-password=* --verbose",
		`password = "${DB_PASSWORD}"`:                   `password = "${DB_PASSWORD}"`,
		"secretName: flow\npasswordFile: /a":            "secretName: flow\npasswordFile: /a",
		"no secret: of any kind":                        "no secret: of any kind",
	} {
		if want == "no secret: of any kind" {
			want = "no secret: * any kind"
		}
		assert.Equal(t, want, manifest.MaskSecrets(text, "*"), text)
	}
}
