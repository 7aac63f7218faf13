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

func TestNamesThatOnlyPointAtSecrets(t *testing.T) {
	for _, secret := range [][2]string{
		{"DB_PWD", "x"}, {"dbPassphrase", "x"}, {"API_KEY", "x"}, {"signing-private-key", "x"}, {"AWS_SECRET_ACCESS_KEY", "x"},
		{"GCP_CREDENTIALS", "x"}, {"db.credential", "x"}, {"Storage_AccessKey", "x"}, {"CLIENT_SECRET", "string-2"},
	} {
		assert.True(t, manifest.IsSecret(secret[0], secret[1]), "%s", secret)
	}
	for _, none := range [][2]string{
		{"PWD", "/home/flow"}, {"GOOGLE_APPLICATION_CREDENTIALS", "/var/run/secrets/google.json"}, {"PRIVATE_KEY_FILE", "key.pem"}, {"AWS_ACCESS_KEY_ID", "x"},
		{"TOKEN_TYPE", "bearer"}, {"SECRET_STORE", "vault"}, {"IMAGE_PULL_SECRET", "registry"}, {"DB_PASSWORD", "{{ .password }}"}, {"DB_PASSWORD", "<your password>"},
		{"password", "string"}, {"CREDENTIAL_PROVIDER", "x"},
	} {
		assert.False(t, manifest.IsSecret(none[0], none[1]), "%s", none)
	}
}

func TestPasswordsOfURLsAndOptionsAreMasked(t *testing.T) {
	for text, want := range map[string]string{
		"DATABASE_URL=postgres://flow:hunter2@db/x":               "DATABASE_URL=postgres://flow:*@db/x",
		"redis://:hunter2@cache":                                  "redis://:*@cache",
		"jdbc:db2://db/x?user=flow&password=hunter2&ssl=true":     "jdbc:db2://db/x?user=flow&password=*&ssl=true",
		"jdbc:sqlserver://db;user=flow;password=hunter2":          "jdbc:sqlserver://db;user=flow;password=*",
		"run --db-password hunter2 --verbose":                     "run --db-password * --verbose",
		`["--db-password", "hunter2"]`:                            `["--db-password", "*"]`,
		"[--verbose,--db-password,hunter2]":                       "[--verbose,--db-password,*]",
		"- --db-password\n  - hunter2\n- \"--token\"\n- 'abc'\n":  "- --db-password\n  - *\n- \"--token\"\n- '*'\n",
		"- --require-password\n- --verbose\n":                     "- --require-password\n- --verbose\n",
		"<password>hunter2</password>":                            "<password>*</password>",
		"postgres://flow:${DB_PASSWORD}@db/x":                     "postgres://flow:${DB_PASSWORD}@db/x",
		"https://registry.example.com:2001/flow@sha256:0a":        "https://registry.example.com:2001/flow@sha256:0a",
		"mail operations@example.com, see http://example.com:80/": "mail operations@example.com, see http://example.com:80/",
	} {
		assert.Equal(t, want, manifest.MaskSecrets(text, "*"), text)
	}
}

func TestSecretsOfATextHaveNamesAndLines(t *testing.T) {
	for text, want := range map[string][]manifest.TextSecret{
		"a = 1\ndb.password = hunter2\n":                        {{Name: "db.password", Line: 2}},
		"export DB_PASSWORD=hunter2":                            {{Name: "DB_PASSWORD", Line: 1}},
		"users:\n- password: hunter2 # of the database\r\n":     {{Name: "password", Line: 2}},
		`{"user": "anna", "password": "hunter 2"}`:              {{Name: "password", Line: 1}},
		"java -Djavax.net.ssl.keyStorePassword=changeit -jar a": {{Name: "javax.net.ssl.keyStorePassword", Line: 1}},
		"url: amqp://flow:hunter2@queue:5672":                   {{Line: 1}},
		`<Set password="hunter2"/>`:                             {{Name: "password", Line: 1}},
		"<token>hunter2</token>":                                {{Name: "token", Line: 1}},
		`password = "${DB_PASSWORD:-hunter2}"`:                  {{Name: "password", Line: 1}},
	} {
		assert.Equal(t, want, manifest.FindSecrets(text), text)
	}
	for _, none := range []string{
		"# password = hunter2", "password = ${DB_PASSWORD}", `PASSWORD="$1"`, "TOKEN=$(cat /run/secrets/token)", `if [ "$TOKEN" = "" ]; then`,
		"clientSecret: $dex.github.clientSecret", "password: config.password", "token = getToken()", "password_file: /etc/prometheus/password",
		"the secret: a good night's sleep", "password: {{ .Values.password }}", "amqp://flow:$(PASSWORD)@queue", "amqp://flow:<password>@queue",
		"curl -d \"password=$PASSWORD\" https://example.com", "password:\n  type: string", "http://example.com:80/a@b", "secret:\n  secretName: flow",
	} {
		assert.Empty(t, manifest.FindSecrets(none), none)
	}
}

func TestSecretsOfArguments(t *testing.T) {
	assert.Equal(t, []int{1, 2}, manifest.FindSecretArguments([]string{"--db-password", "hunter2", "--token=hunter2", "--verbose"}))
	assert.Empty(t, manifest.FindSecretArguments([]string{"--password-file", "/a", "--token", "$(TOKEN)", "--require-password", "--tls-secret", "flow"}))
}
