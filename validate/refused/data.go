package refused

import (
	"encoding/json"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

func checkConfigMap(f *rule.Finder, config *corev1.ConfigMap, at manifest.Place) {
	for name := range config.Data {
		dataKey.checkKey(f, name, at.Below("data").Entry(name))
	}
	for name := range config.BinaryData {
		where := at.Below("binaryData").Entry(name)
		dataKey.checkKey(f, name, where)
		if _, twice := config.Data[name]; twice {
			f.Report(where, "leave one of the two out", "key %q is in data and in binaryData", name)
		}
	}
}

// keysOf are what Secrets of a type must hold; one of them is enough for basic-auth.
var keysOf = map[corev1.SecretType][]string{
	corev1.SecretTypeTLS:              {corev1.TLSCertKey, corev1.TLSPrivateKeyKey},
	corev1.SecretTypeDockerConfigJson: {corev1.DockerConfigJsonKey},
	corev1.SecretTypeDockercfg:        {corev1.DockerConfigKey},
	corev1.SecretTypeSSHAuth:          {corev1.SSHAuthPrivateKey},
}

func checkSecret(f *rule.Finder, secret *corev1.Secret, at manifest.Place) {
	data := map[string][]byte{}
	for name, value := range secret.Data {
		dataKey.checkKey(f, name, at.Below("data").Entry(name))
		data[name] = value
	}
	for name, value := range secret.StringData {
		dataKey.checkKey(f, name, at.Below("stringData").Entry(name))
		data[name] = []byte(value)
	}
	for _, name := range keysOf[secret.Type] {
		if value, found := data[name]; !found || secret.Type == corev1.SecretTypeSSHAuth && len(value) == 0 {
			f.Report(at.Below("data").Entry(name), "add it, or use type: Opaque", "a Secret of type %s needs the key %q", secret.Type, name)
		} else if isDocker(secret.Type) && !json.Valid(value) {
			f.Report(at.Below("data").Entry(name), "write what docker login writes", "key %q holds no JSON", name)
		}
	}
	checkOwner(f, secret, data, at)
}

func isDocker(typ corev1.SecretType) bool {
	return typ == corev1.SecretTypeDockercfg || typ == corev1.SecretTypeDockerConfigJson
}

func checkOwner(f *rule.Finder, secret *corev1.Secret, data map[string][]byte, at manifest.Place) {
	switch secret.Type {
	case corev1.SecretTypeServiceAccountToken:
		if secret.Annotations[corev1.ServiceAccountNameKey] == "" {
			f.Report(at.Below("metadata.annotations").Entry(corev1.ServiceAccountNameKey), "name the ServiceAccount", "a Secret of type %s needs the annotation %q", secret.Type, corev1.ServiceAccountNameKey)
		}
	case corev1.SecretTypeBasicAuth:
		_, user := data[corev1.BasicAuthUsernameKey]
		_, password := data[corev1.BasicAuthPasswordKey]
		if !user && !password {
			f.Report(at.Below("data"), "add username or password, or use type: Opaque", "a Secret of type %s needs the key %q or %q", secret.Type, corev1.BasicAuthUsernameKey, corev1.BasicAuthPasswordKey)
		}
	}
}
