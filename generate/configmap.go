package generate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

// The keys that efgen itself writes into the configuration ConfigMap.
const (
	nodeConf         = "node.conf"
	substitutionFile = "substitutions.txt"
)

// configuration is the content of the configuration folder of the pods.
func (r *renderer) configuration(app *config.Application) map[string][]byte {
	files := r.contents(app.Files.Configuration)
	if conf := r.nodeConf(app); conf != nil {
		files[nodeConf] = conf
	}
	if len(app.Node.Substitutions) > 0 {
		files[substitutionFile] = r.substitutions(app)
	}
	return files
}

// contents reads files by the keys under which the pods find them.
func (r *renderer) contents(paths map[string]string) map[string][]byte {
	files := make(map[string][]byte, len(paths))
	for key, path := range paths {
		files[key] = r.env.Contents[path]
	}
	return files
}

// substitutions is a substitution file: one name and value a line.
func (r *renderer) substitutions(app *config.Application) []byte {
	var text []byte
	for _, name := range slices.Sorted(maps.Keys(app.Node.Substitutions)) {
		value := app.Node.Substitutions[name]
		if strings.ContainsAny(name, "=\r\n") || strings.ContainsAny(value, "\r\n") {
			r.report(unwritableText, rule.Field("applications", app.Name, "node", "substitutions", name),
				"a substitution is one line, and its name ends at the first =")
		}
		text = fmt.Appendf(text, "%s=%s\n", name, value)
	}
	return text
}

// addConfigMaps adds the ConfigMaps that have a key, and returns a digest of their data
// as it was written, with patches.
func (r *renderer) addConfigMaps(a *application) string {
	digest := sha256.New()
	for _, part := range []struct {
		name string
		data map[string][]byte
	}{{configurationVolume, a.configuration}, {resourcesVolume, a.resources}} {
		if len(part.data) == 0 {
			continue
		}
		written := addObject(r, a.path("configmap-"+part.name+".yaml"), a.configMap(part.name, part.data))
		for _, key := range slices.Sorted(maps.Keys(written.Data)) {
			fmt.Fprintf(digest, "%s/%q %q\n", part.name, key, written.Data[key])
		}
		for _, key := range slices.Sorted(maps.Keys(written.BinaryData)) {
			fmt.Fprintf(digest, "%s/%q %q\n", part.name, key, written.BinaryData[key])
		}
	}
	return hex.EncodeToString(digest.Sum(nil))
}

func (a *application) configMap(part string, files map[string][]byte) *corev1.ConfigMap {
	name := a.name + "-" + part
	cm := &corev1.ConfigMap{TypeMeta: typeMeta("v1", "ConfigMap"), ObjectMeta: a.workloadMeta(name)}
	for key, data := range files {
		if utf8.Valid(data) {
			setKey(&cm.Data, key, string(data))
		} else {
			setKey(&cm.BinaryData, key, data)
		}
		if bytes.Contains(data, []byte("${")) && a.env.GitOps != nil && a.env.GitOps.Flux != nil {
			annotate(&cm.ObjectMeta, unsubstituted)
		}
	}
	return cm
}

// unsubstituted protects the ${…} of nodes from Flux. If a Kustomization has postBuild,
// Flux replaces it, and an unknown name with nothing
// (https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution).
var unsubstituted = map[string]string{"kustomize.toolkit.fluxcd.io/substitute": "disabled"}

func setKey[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}
