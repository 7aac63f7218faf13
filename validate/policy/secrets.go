package policy

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

var secretData = row{Rule: rule.Rule{
	ID: "EF512", Severity: rule.Error, Title: "a Secret with data",
	Why:     "base64 hides nothing: everyone who can read the repository, ever, has the secret; one that SOPS has encrypted is taken where Flux decrypts it",
	Example: "kind: Secret\ndata: {password: aHVudGVyMg==}",
	Fix:     "create the Secret in the cluster, or keep it sealed, external or encrypted by SOPS for Flux, and refer to it by name",
}, Check: findSecretData}

// findSecretData accepts a Secret without data, which a controller may fill, and one that
// SOPS has encrypted, where Flux decrypts it.
func findSecretData(set *manifest.Set, f *rule.Finder) {
	for _, o := range set.Objects() {
		if o.IsEncrypted() && set.Facts().Environment != "" && !decrypts(set) {
			f.Report(o.At("sops"), "refer to a Secret that exists in the cluster, or let Flux decrypt it: patch the Kustomization with spec.decryption.provider: sops",
				"%s is encrypted by SOPS, and no Kustomization of Flux decrypts it: the API server would get ciphertext", o.Manifest())
		}
	}
	for _, secret := range manifest.Each[corev1.Secret](set) {
		for _, field := range []string{"data", "stringData"} {
			if n := plainTexts(secret.Fields.Mapping(field)); n > 0 {
				f.Report(secret.At(field), "create the Secret in the cluster, and refer to it by name", "the Secret holds %d values in plain text", n)
			}
		}
	}
}

func plainTexts(data *manifest.Mapping) (count int) {
	for _, key := range data.Keys() {
		if !manifest.IsCiphertext(data.Text(key)) {
			count++
		}
	}
	return count
}

// decrypts reports whether a Kustomization of Flux decrypts what SOPS has encrypted. It is
// in a file that has the name of kustomize's own.
func decrypts(set *manifest.Set) bool {
	return slices.ContainsFunc(set.Paths(), func(name string) bool {
		return path.Dir(name) == manifest.GitOpsFolder && slices.ContainsFunc(set.In(name), func(o *manifest.Object) bool {
			return o.Group() == "kustomize.toolkit.fluxcd.io" && o.Fields.Text("spec", "decryption", "provider") == "sops"
		})
	})
}

var secretEnv = row{Rule: rule.Rule{
	ID: "EF513", Severity: rule.Error, Title: "a secret in an environment variable",
	Why:     "everyone who can read the repository, or the pod, has the secret",
	Example: "env: [{name: DB_PASSWORD, value: hunter2}]",
	Fix:     "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]",
}, Check: findSecretEnv}

func findSecretEnv(set *manifest.Set, f *rule.Finder) {
	isSubstitution := map[manifest.Place]bool{} // which findPasswords checks
	for _, n := range streaming.NodesOf(set) {
		for _, s := range n.Substitutions() {
			isSubstitution[s.At] = true
		}
	}
	for _, w := range set.Workloads() {
		for _, c := range w.Containers() {
			for i, env := range c.Env {
				at := w.At(rule.Index(c.Field+".env", i) + ".value")
				switch found := manifest.FindSecrets(env.Value); {
				case manifest.IsSecret(env.Name, env.Value):
					f.Report(at, "use valueFrom.secretKeyRef", "variable %q is a secret in plain text", env.Name)
				case len(found) > 0 && !isSubstitution[at]:
					f.Report(at, "use valueFrom.secretKeyRef", "variable %q holds %s in plain text", env.Name, described(found[0]))
				}
			}
		}
	}
}

// described says what a secret is, and nothing of its value.
func described(secret manifest.TextSecret) string {
	if secret.Name == "" {
		return "a URL with a password"
	}
	return fmt.Sprintf("the secret %q", secret.Name)
}

var secretArguments = row{Rule: rule.Rule{
	ID: "EF532", Severity: rule.Error, Title: "a secret in a program's arguments",
	Why:     "everyone who can read the repository, the pod, or the list of processes on its worker has the secret",
	Example: "args: [--db-password=hunter2]",
	Fix:     "args: [--db-password=$(DB_PASSWORD)]   # a variable from a Secret, or better a mounted file",
}, Check: findSecretArguments}

func findSecretArguments(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		for _, c := range w.Containers() {
			for _, list := range []struct {
				field string
				args  []string
			}{{".command", c.Command}, {".args", c.Args}} {
				for _, i := range manifest.FindSecretArguments(list.args) {
					f.Report(w.At(rule.Index(c.Field+list.field, i)), "take it from a variable with valueFrom.secretKeyRef, or from a mounted file", "the argument holds a secret in plain text")
				}
			}
		}
	}
}

var passwords = row{Rule: rule.Rule{
	ID: "EF515", Severity: rule.Error, Title: "a password in a configuration",
	Why:     "everyone who can read the repository, ever, has the password",
	Example: "password = \"hunter2\"",
	Fix:     "password = \"${DB_PASSWORD}\"   # from a substitution file in a Secret: node.substitutionSecret",
}, Check: findPasswords}

const passwordHint = "take it from a substitution file in a Secret: \"${NAME}\""

// findPasswords looks into configurations, the substitutions that fill them, and all other
// texts of ConfigMaps.
func findPasswords(set *manifest.Set, f *rule.Finder) {
	checked := map[manifest.Place]bool{}
	for _, c := range streaming.ConfigurationsOf(set) {
		checked[c.At] = checked[c.At] || c.Root != nil
		for path, value := range c.Root.Texts() {
			at := c.On(value, path.String())
			switch found := manifest.FindSecrets(value.Text); {
			case manifest.IsSecret(lastKey(path), value.Text):
				f.Report(at, passwordHint, "%s is a secret in plain text", path)
			case len(found) > 0 && !strings.Contains(value.Text, "\n"): // several lines are a configuration of their own
				f.Report(at, passwordHint, "%s holds %s in plain text", path, described(found[0]))
			}
		}
	}
	for _, n := range streaming.NodesOf(set) {
		for _, s := range n.Substitutions() {
			checked[s.At.OnLine(0)] = true
			switch found := manifest.FindSecrets(s.Value); {
			case manifest.IsSecret(s.Name, s.Value):
				f.Report(s.At, passwordHint, "substitution %q is a secret in plain text", s.Name)
			case len(found) > 0:
				f.Report(s.At, passwordHint, "substitution %q holds %s in plain text", s.Name, described(found[0]))
			}
		}
	}
	findPasswordsInTexts(set, f, checked)
}

func findPasswordsInTexts(set *manifest.Set, f *rule.Finder, checked map[manifest.Place]bool) {
	const hint = "keep it in a Secret, and mount that, or set a variable from it"
	for _, config := range manifest.Each[corev1.ConfigMap](set) {
		for _, key := range slices.Sorted(maps.Keys(config.Value.Data)) {
			at, text := config.Entry("data", key), config.Value.Data[key]
			if checked[at] {
				continue
			}
			if !strings.Contains(strings.TrimSpace(text), "\n") && manifest.IsSecret(key, text) {
				f.Report(at, hint, "%q is a secret in plain text", key)
				continue
			}
			for _, secret := range manifest.FindSecrets(text) {
				f.Report(at.OnLine(secret.Line), hint, "%q holds %s in plain text", key, described(secret))
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

var tokens = row{Rule: rule.Rule{
	ID: "EF514", Severity: rule.Error, Title: "a private key or a token in plain text",
	Why:     "everyone who can read the repository, ever, can use it",
	Example: "data:\n  key.pem: |\n    -----BEGIN PRIVATE KEY-----",
	Fix:     "revoke it, put a new one into a Secret in the cluster, and mount that",
}, Check: findTokens}

func findTokens(set *manifest.Set, f *rule.Finder) {
	for _, o := range set.Objects() {
		if manifest.FindToken(o.Text()) >= 0 {
			findTokensIn(o.At(""), f, o.Fields)
		}
	}
	for _, c := range streaming.ConfigurationsOf(set) {
		if c.At.Object() != nil {
			continue
		}
		for path, value := range c.Root.Texts() {
			if manifest.FindToken([]byte(value.Text)) >= 0 {
				f.Report(c.On(value, path.String()), "revoke it, and put a new one into a Secret in the cluster", "a private key or a token stands here in plain text")
			}
		}
	}
}

// findTokensIn walks all texts of an object.
func findTokensIn(at manifest.Place, f *rule.Finder, value any) {
	switch v := value.(type) {
	case string:
		if token := manifest.FindToken([]byte(v)); token >= 0 {
			f.Report(at.OnLine(1+strings.Count(v[:token], "\n")), "revoke it, and put a new one into a Secret in the cluster", "a private key or a token stands here in plain text")
		}
	case *manifest.Mapping:
		for _, key := range slices.Sorted(slices.Values(v.Keys())) {
			findTokensIn(at.Entry(key), f, v.Get(key))
		}
	case []any:
		for i, item := range v {
			findTokensIn(at.Item(i), f, item)
		}
	}
}
