package workload

import (
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"
)

// kustomizeBase is every object once. Overlays say what differs.
func kustomizeBase(t rendered, _ []environment) (map[string]string, error) {
	files := map[string]string{}
	kustomization := "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
	for _, f := range t.manifests {
		// The namespace is the overlay's to say.
		files[f.Path] = strings.Replace(string(f.Data), "  namespace: "+placeholders.namespace+"\n", "", 1)
		kustomization += "- " + f.Path + "\n"
	}
	files["kustomization.yaml"] = kustomization
	return files, nil
}

// overlay uses kustomize's own transformers where there is one, and JSON patches for single
// values of other objects. The StatefulSet has a strategic merge patch, as in kustomize's own
// examples; or, with quick, a JSON patch, too: without the other kind of patch kustomize
// reads no OpenAPI description, which is what takes most of its time.
func overlay(r rendered, quick bool) map[string]string {
	files := map[string]string{"node.conf": r.configuration()}
	patch := "- path: statefulset.yaml\n"
	if quick {
		patch = jsonPatch(r)
	} else {
		files["statefulset.yaml"] = mergePatch(r)
	}
	files["kustomization.yaml"] = fmt.Sprintf(`apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: %[1]s
resources:
- ../../base
labels:
- pairs:
    app.kubernetes.io/part-of: %[2]s
    example.com/team: %[3]s
images:
- name: registry.example.com/streaming/%[4]s
  newTag: %[5]q
replicas:
- name: %[4]s
  count: %[6]d
generatorOptions:
  disableNameSuffixHash: true
configMapGenerator:
- name: %[4]s-configuration
  behavior: merge
  files:
  - node.conf
patches:
- target: {kind: Ingress, name: %[4]s}
  patch: |-
    - {op: replace, path: /spec/rules/0/host, value: %[7]s}
- target: {kind: RoleBinding, name: service-update}
  patch: |-
    - {op: replace, path: /subjects/0/name, value: "system:serviceaccount:%[1]s:%[4]s"}
`, r.namespace, r.name, r.team, Application, r.tag, r.replicas, r.host) + patch
	return files
}

// configuration is the text that the ConfigMap holds.
func (r rendered) configuration() string {
	var object struct{ Data map[string]string }
	// What efgen has rendered reads back; peers' trees are compared with it.
	_ = yaml.Unmarshal(r.find("configmap-configuration.yaml").Data, &object)
	return object.Data["node.conf"]
}

func mergePatch(r rendered) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: %[1]s
spec:
  template:
    metadata:
      annotations:
        efgen.io/configuration-sha256: %[2]s
    spec:
      containers:
      - name: %[1]s
        resources:
          requests: {cpu: %[3]s, memory: %[4]s}
          limits: {memory: %[5]s}
`, Application, r.checksum, r.cpu, r.memory, r.memoryLimit)
}

func jsonPatch(r rendered) string {
	return fmt.Sprintf(`- target: {kind: StatefulSet, name: %s}
  patch: |-
    - {op: replace, path: /spec/template/metadata/annotations/efgen.io~1configuration-sha256, value: %s}
    - {op: replace, path: /spec/template/spec/containers/0/resources/requests, value: {cpu: %s, memory: %s}}
    - {op: replace, path: /spec/template/spec/containers/0/resources/limits, value: {memory: %s}}
`, Application, r.checksum, r.cpu, r.memory, r.memoryLimit)
}
