package review_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/validate/manifest"
)

// secret is a Secret with fields beside its head.
func secret(fields string) string {
	return "{apiVersion: v1, kind: Secret, metadata: {name: admin, namespace: production}, " + fields + "}\n"
}

func TestValuesOfSecretsAreNotShown(t *testing.T) {
	const (
		notShown  = "(not shown)"
		isChanged = "(changed)"
	)
	template := func(object string) string {
		return manifestOf("template.openshift.io/v1", "Template", "{}") + "objects: [" + strings.TrimSpace(object) + "]\n"
	}
	annotated := func(kind, value string) string {
		return "{apiVersion: v1, kind: " + kind + ", metadata: {name: a, annotations: {kubectl.kubernetes.io/last-applied-configuration: '" + value + "', b: c}}}"
	}
	for name, c := range map[string]struct {
		old, new string
		want     []review.Field
	}{
		"a value":                 {secret("stringData: {a: hunter2, b: same-hunter}"), secret("stringData: {a: hunter3, b: same-hunter}"), []review.Field{{Path: "stringData.a", Old: notShown, New: isChanged}}},
		"a value that comes":      {secret("data: {a: aHVudGVyMg==}"), secret("data: {a: aHVudGVyMg==, b: aHVudGVyMw==}"), []review.Field{{Path: "data.b", New: notShown}}},
		"a value that goes":       {secret("data: {a: aHVudGVyMg==, b: aHVudGVyMw==}"), secret("data: {a: aHVudGVyMg==}"), []review.Field{{Path: "data.b", Old: notShown}}},
		"all values that come":    {secret("type: Opaque"), secret("type: Opaque, data: {a: aHVudGVyMg==}"), []review.Field{{Path: "data", New: map[string]any{"a": notShown}}}},
		"from data to stringData": {secret("data: {a: aHVudGVyMg==}"), secret("stringData: {a: hunter2}"), []review.Field{{Path: "stringData", New: map[string]any{"a": notShown}}, {Path: "data", Old: map[string]any{"a": notShown}}}},
		"a number":                {secret("stringData: {a: 4711}"), secret("stringData: {a: 4712}"), []review.Field{{Path: "stringData.a", Old: notShown, New: isChanged}}},
		"values of a wrong shape": {secret("data: [{name: hunter2}]"), secret("data: [{name: hunter3}]"), []review.Field{{Path: "data", Old: notShown, New: isChanged}}},
		"a shape that goes wrong": {secret("data: {a: hunter2}"), secret("data: hunter3"), []review.Field{{Path: "data", Old: notShown, New: isChanged}}},
		"in a List":               {"{kind: List, items: [" + secret("data: {a: hunter2}") + "]}", "{kind: List, items: [" + secret("data: {a: hunter3}") + "]}", []review.Field{{Path: "data.a", Old: notShown, New: isChanged}}},
		"in a List of Secrets":    {"{kind: SecretList, items: [{data: {a: hunter2}}]}", "{kind: SecretList, items: [{data: {a: hunter3}}]}", []review.Field{{Path: "data.a", Old: notShown, New: isChanged}}},
		"in a List in a List":     {"{kind: List, items: [{kind: List, items: [" + secret("data: {a: hunter2}") + "]}]}", "{kind: List, items: [{kind: List, items: [" + secret("data: {a: hunter3}") + "]}]}", []review.Field{{Path: "data.a", Old: notShown, New: isChanged}}},
		"in a template":           {template(secret("data: {a: hunter2}")), template(secret("data: {a: hunter3}")), []review.Field{{Path: "objects[0].data.a", Old: notShown, New: isChanged}}},
		"another kind in a template": {
			template(secret("data: {a: hunter2}")), template("{apiVersion: v1, kind: ConfigMap, metadata: {name: admin, namespace: production}, data: {a: hunter3}}"),
			[]review.Field{{Path: "objects[0].kind", Old: "Secret", New: "ConfigMap"}, {Path: "objects[0].data.a", Old: notShown, New: isChanged}},
		},
		"what kubectl applied":       {annotated("Secret", "hunter2"), annotated("Secret", "hunter3"), []review.Field{{Path: `metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]`, Old: notShown, New: isChanged}}},
		"all annotations that go":    {annotated("Secret", "hunter2"), "{apiVersion: v1, kind: Secret, metadata: {name: a}}", []review.Field{{Path: "metadata.annotations", Old: map[string]any{"kubectl.kubernetes.io/last-applied-configuration": notShown, "b": "c"}}}},
		"a file that is no YAML":     {"{" + secret("stringData: {a: hunter2}"), "kind: ConfigMap\ndata: {a: hunter3", []review.Field{{Old: notShown, New: isChanged}}},
		"JSON that is none":          {`{"kind": "Secret", "stringData": {"a": "hunter2"}`, `{"kind": "Secret", "stringData": {"a": "hunter3"}`, []review.Field{{Old: notShown, New: isChanged}}},
		"a manifest in a ConfigMap":  {"{apiVersion: v1, kind: ConfigMap, data: {a: 'kind: Secret, data: {a: hunter2}'}}", "{apiVersion: v1, kind: ConfigMap, data: {a: 'kind: Secret, data: {a: hunter3}'}}", []review.Field{{Path: "data.a", Old: notShown, New: isChanged}}},
		"a Secret that comes":        {"", secret("data: {a: hunter2}"), nil},
		"a reference to a Secret":    {manifestOf("v1", "Pod", "{volumes: [{name: a, secret: {secretName: b}}]}"), manifestOf("v1", "Pod", "{volumes: [{name: a, secret: {secretName: c}}]}"), []review.Field{{Path: "spec.volumes[name=a].secret.secretName", Old: "b", New: "c"}}},
		"the type of a Secret":       {secret("type: Opaque"), secret("type: kubernetes.io/tls"), []review.Field{{Path: "type", Old: "Opaque", New: "kubernetes.io/tls"}}},
		"notes that tell of Secrets": {"Secret", "Secrets of a kind", []review.Field{{Old: "Secret", New: "Secrets of a kind"}}},
	} {
		t.Run(name, func(t *testing.T) {
			report := compareTexts("extra/secret.yaml", c.old, c.new)
			require.NotEmpty(t, report.Changes)
			if c.want != nil {
				assert.Equal(t, c.want, report.Changes[0].Fields)
			}
			said, err := json.Marshal(report)
			require.NoError(t, err)
			for _, value := range []string{"hunter", "aHVudGVy", "471", "SHA-256"} {
				assert.NotContains(t, string(said), value)
			}
		})
	}
}

// What is not shown does not tell which environments share it either.
func TestChangesOfASecretAreOneWhateverItsValues(t *testing.T) {
	sideOf := func(environment, value string) side {
		data := secret("stringData: {password: " + value + "}")
		return side{Environment: environment, Namespace: "production", Files: []manifest.File{{Path: "extra/secret.yaml", Data: []byte(data)}}}
	}
	report := compareAll([]change{
		{old: sideOf("a", "x"), new: sideOf("a", "y")},
		{old: sideOf("b", "x"), new: sideOf("b", "z")},
		{old: sideOf("c", "x"), new: sideOf("c", "x")},
	})
	require.Len(t, report.Changes, 1)
	assert.Equal(t, []string{"a", "b"}, report.Changes[0].Environments)
	assert.Equal(t, []review.Field{{Path: "stringData.password", Old: "(not shown)", New: "(changed)"}}, report.Changes[0].Fields)
}

const privateKey = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n"

// podOf is a Pod with one container.
func podOf(container string) string {
	return manifestOf("v1", "Pod", "{containers: [{name: a, "+container+"}]}")
}

// configMapOf is a ConfigMap with one key.
func configMapOf(key, text string) string {
	quoted, _ := json.Marshal(text)
	return "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {" + key + ": " + string(quoted) + "}}"
}

// plainSecrets are changes of what the checks call a secret in plain text.
var plainSecrets = map[string]struct {
	old, new string
	want     []review.Field
}{
	"a variable": {
		podOf("env: [{name: DB_PASSWORD, value: hunter2}]"), podOf("env: [{name: DB_PASSWORD, value: hunter3}]"),
		[]review.Field{{Path: "spec.containers[name=a].env[name=DB_PASSWORD].value", Old: "(not shown)", New: "(changed)"}},
	},
	"a variable that comes": {
		podOf("env: []"), podOf("env: [{name: DB_PASSWORD, value: hunter2}]"),
		[]review.Field{{Path: "spec.containers[name=a].env[name=DB_PASSWORD]", New: map[string]any{"name": "DB_PASSWORD", "value": "(not shown)"}}},
	},
	"a variable that goes to a Secret": {
		podOf("env: [{name: DB_PASSWORD, value: hunter2}]"), podOf("env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]"),
		[]review.Field{
			{Path: "spec.containers[name=a].env[name=DB_PASSWORD].valueFrom", New: map[string]any{"secretKeyRef": map[string]any{"name": "db", "key": "password"}}},
			{Path: "spec.containers[name=a].env[name=DB_PASSWORD].value", Old: "(not shown)"},
		},
	},
	"substitutions of the command line": {
		podOf("env: [{name: STREAMING_SUBSTITUTIONS, value: 'A=1,DB_PASSWORD=hunter2'}]"), podOf("env: [{name: STREAMING_SUBSTITUTIONS, value: 'A=2,DB_PASSWORD=hunter2'}]"),
		[]review.Field{{Path: "spec.containers[name=a].env[name=STREAMING_SUBSTITUTIONS].value", Old: "A=1,DB_PASSWORD=" + "(not shown)", New: "A=2,DB_PASSWORD=" + "(not shown)"}},
	},
	"an argument": {
		podOf("args: [--verbose, --password=hunter2]"), podOf("args: [--verbose, --password=hunter3]"),
		[]review.Field{{Path: "spec.containers[name=a].args[1]", Old: "--password=" + "(not shown)", New: "--password=" + "(changed)"}},
	},
	"the argument after an option": {
		podOf("args: [--verbose, --password, hunter2]"), podOf("args: [--verbose, --password, hunter3]"),
		[]review.Field{{Path: "spec.containers[name=a].args[2]", Old: "(not shown)", New: "(changed)"}},
	},
	"an argument and its option that come": {
		podOf("command: [run]"), podOf("command: [run, --api-key, hunter2]"),
		[]review.Field{{Path: "spec.containers[name=a].command[1]", New: "--api-key"}, {Path: "spec.containers[name=a].command[2]", New: "(not shown)"}},
	},
	"an argument that goes to a variable": {
		podOf("args: [--password, hunter2]"), podOf("args: [--password, $(DB_PASSWORD)]"),
		[]review.Field{{Path: "spec.containers[name=a].args[1]", Old: "(not shown)", New: "(changed)"}},
	},
	"an argument whose place another option takes": {
		podOf("args: [--password, hunter2]"), podOf("args: [--verbose, --password, hunter2]"),
		[]review.Field{
			{Path: "spec.containers[name=a].args[0]", New: "--verbose"},
		},
	},
	"all arguments that come": {
		podOf("image: b"), podOf("image: b, args: [--password, hunter2, --name, c]"),
		[]review.Field{{Path: "spec.containers[name=a].args", New: []any{"--password", "(not shown)", "--name", "c"}}},
	},
	"the command of a probe": {
		podOf("livenessProbe: {exec: {command: [check, -token, hunter2]}}"), podOf("image: b"),
		[]review.Field{{Path: "spec.containers[name=a].image", New: "b"}, {Path: "spec.containers[name=a].livenessProbe", Old: map[string]any{"exec": map[string]any{"command": []any{"check", "-token", "(not shown)"}}}}},
	},
	"arguments of another kind": {
		"{apiVersion: example.com/v1, kind: Job, metadata: {name: a}, run: [--password, hunter2]}", "{apiVersion: example.com/v1, kind: Job, metadata: {name: a}, run: [--password, hunter3]}",
		[]review.Field{{Path: "run[1]", Old: "(not shown)", New: "(changed)"}},
	},
	"entries named by a key": {
		"{apiVersion: example.com/v1, kind: Job, metadata: {name: a}, set: [{key: password, value: hunter2}]}", "{apiVersion: example.com/v1, kind: Job, metadata: {name: a}, set: [{key: password, value: hunter3}]}",
		[]review.Field{{Path: "set[0].value", Old: "(not shown)", New: "(changed)"}},
	},
	"a list of passwords, and one of digits": {
		configMapOf("a.conf", "password = [hunter2]\nb { token = 4711 }\n"), configMapOf("a.conf", "password = [hunter3]\nb { token = 4712 }\n"),
		[]review.Field{{Path: `data["a.conf"].password`, Old: "(not shown)", New: "(changed)"}, {Path: `data["a.conf"].b.token`, Old: "(not shown)", New: "(changed)"}},
	},
	"an item of a list whose order means nothing": {
		podOf("securityContext: {capabilities: {add: [password=hunter2]}}"), podOf("securityContext: {capabilities: {add: []}}"),
		[]review.Field{{Path: "spec.containers[name=a].securityContext.capabilities.add[=password=(not shown)]", Old: "password=(not shown)"}},
	},
	"arguments in a text": {
		configMapOf("jobs.yaml", "args:\n- --password\n- hunter2\n"), configMapOf("jobs.yaml", "args:\n- --password\n- hunter3\n"),
		[]review.Field{{Path: `data["jobs.yaml"]`, Old: "args:\n- --password\n- (not shown)\n", New: "args:\n- --password\n- (changed)\n"}},
	},
	"a file of substitutions": {
		configMapOf("substitutions.txt", "A=1\nDB_PASSWORD=hunter2\n"), configMapOf("substitutions.txt", "A=2\nDB_PASSWORD=hunter3\n"),
		[]review.Field{{Path: `data["substitutions.txt"]`, Old: "A=1\nDB_PASSWORD=" + "(not shown)" + "\n", New: "A=2\nDB_PASSWORD=" + "(not shown)" + "\n"}},
	},
	"a password in a configuration": {
		configMapOf("ldap.conf", "ldap = {\n  password = \"hunter 2\"\n}\n"), configMapOf("ldap.conf", "ldap = {\n  password = \"hunter 3\"\n}\n"),
		[]review.Field{{Path: `data["ldap.conf"].ldap.password`, Old: "(not shown)", New: "(changed)"}},
	},
	"a password in a text that is no HOCON": {
		configMapOf("ldap.xml", "<ldap password=\"hunter 2\"/>"), configMapOf("ldap.xml", "<ldap password=\"hunter 3\"/>"),
		[]review.Field{{Path: `data["ldap.xml"]`, Old: "<ldap password=\"" + "(not shown)" + "\"/>", New: "<ldap password=\"" + "(changed)" + "\"/>"}},
	},
	"a private key": {
		configMapOf("key.pem", privateKey), configMapOf("key.pem", strings.Replace(privateKey, "hunter2", "hunter3", 1)),
		[]review.Field{{Path: `data["key.pem"]`, Old: "(not shown)", New: "(changed)"}},
	},
	"a name of where a secret is": {
		podOf("env: [{name: PASSWORD_FILE, value: /a}]"), podOf("env: [{name: PASSWORD_FILE, value: /b}]"),
		[]review.Field{{Path: "spec.containers[name=a].env[name=PASSWORD_FILE].value", Old: "/a", New: "/b"}},
	},
	"a reference to another variable": {
		podOf("env: [{name: DB_PASSWORD, value: $(A)}]"), podOf("env: [{name: DB_PASSWORD, value: $(B)}]"),
		[]review.Field{{Path: "spec.containers[name=a].env[name=DB_PASSWORD].value", Old: "$(A)", New: "$(B)"}},
	},
}

// Whatever the checks call a secret in plain text stands in no review, even if it is excepted.
func TestSecretsInPlainTextAreNotShown(t *testing.T) {
	for name, c := range plainSecrets {
		t.Run(name, func(t *testing.T) {
			report := compareTexts("extra/a.yaml", c.old, c.new)
			require.Len(t, report.Changes, 1)
			assert.Equal(t, c.want, report.Changes[0].Fields)
			said, err := json.Marshal(report)
			require.NoError(t, err)
			assert.NotContains(t, string(said), "hunter")
		})
	}
}
