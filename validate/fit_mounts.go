package validate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/rule"
)

// givenConfigMaps are made by the cluster in every namespace.
var givenConfigMaps = []string{"kube-root-ca.crt", "openshift-service-ca.crt"}

// A reference to a ConfigMap, and to a key of it unless that is empty.
type reference struct {
	name, key string
	optional  bool
	at        place
}

// references are all that a workload wants of ConfigMaps.
func (w *workload) references() []reference {
	var all []reference
	for i, volume := range w.pod.Volumes {
		field := rule.Index(w.spec("volumes"), i)
		if source := volume.ConfigMap; source != nil {
			all = append(all, w.volumeReferences(source.Name, source.Items, source.Optional, field+".configMap")...)
		}
		if volume.Projected == nil {
			continue
		}
		for j, source := range volume.Projected.Sources {
			if c := source.ConfigMap; c != nil {
				all = append(all, w.volumeReferences(c.Name, c.Items, c.Optional, rule.Index(field+".projected.sources", j)+".configMap")...)
			}
		}
	}
	for _, c := range w.containers() {
		all = append(all, w.envReferences(c)...)
		all = append(all, w.subPathReferences(c)...)
	}
	return all
}

func (w *workload) volumeReferences(name string, items []corev1.KeyToPath, optional *bool, field string) []reference {
	may := optional != nil && *optional
	all := []reference{{name, "", may, w.at(field + ".name")}}
	for i, item := range items {
		all = append(all, reference{name, item.Key, may, w.at(rule.Index(field+".items", i) + ".key")})
	}
	return all
}

func (w *workload) envReferences(c container) []reference {
	var all []reference
	for i, from := range c.EnvFrom {
		if ref := from.ConfigMapRef; ref != nil {
			field := rule.Index(c.field+".envFrom", i) + ".configMapRef.name"
			all = append(all, reference{ref.Name, "", ref.Optional != nil && *ref.Optional, w.at(field)})
		}
	}
	for i, env := range c.Env {
		if env.ValueFrom != nil && env.ValueFrom.ConfigMapKeyRef != nil {
			ref := env.ValueFrom.ConfigMapKeyRef
			field := rule.Index(c.field+".env", i) + ".valueFrom.configMapKeyRef"
			may := ref.Optional != nil && *ref.Optional
			all = append(all, reference{ref.Name, "", may, w.at(field + ".name")}, reference{ref.Name, ref.Key, may, w.at(field + ".key")})
		}
	}
	return all
}

// subPathReferences are mounts of one file of a ConfigMap.
func (w *workload) subPathReferences(c container) []reference {
	var all []reference
	for i, mount := range c.VolumeMounts {
		volume := w.volume(mount.Name)
		if mount.SubPath == "" || volume == nil || volume.ConfigMap == nil || len(volume.ConfigMap.Items) > 0 {
			continue
		}
		optional := volume.ConfigMap.Optional
		field := rule.Index(c.field+".volumeMounts", i) + ".subPath"
		all = append(all, reference{volume.ConfigMap.Name, mount.SubPath, optional != nil && *optional, w.at(field)})
	}
	return all
}

// volume finds a volume of the pod.
func (w *workload) volume(name string) *corev1.Volume {
	i := slices.IndexFunc(w.pod.Volumes, func(v corev1.Volume) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return &w.pod.Volumes[i]
}

// configMap finds a ConfigMap of the namespace.
func (s *subject) configMap(namespace, name string) (*object, *corev1.ConfigMap) {
	o := s.find("", "ConfigMap", namespace, name)
	if o == nil {
		return nil, nil
	}
	config, _ := o.value.(*corev1.ConfigMap)
	return o, config
}

func findNoVolume(s *subject, r *report) {
	for _, w := range s.allWorkloads {
		for _, c := range w.containers() {
			for i, mount := range c.VolumeMounts {
				if !w.hasVolume(mount.Name) {
					r.add(w.at(rule.Index(c.field+".volumeMounts", i)+".name"), "add the volume, or use the name of one that is there",
						"container %q mounts %q, which is neither a volume nor a claim template", c.Name, mount.Name)
				}
			}
		}
	}
}

func (w *workload) hasVolume(name string) bool {
	if w.volume(name) != nil {
		return true
	}
	return w.set != nil && slices.ContainsFunc(w.set.Spec.VolumeClaimTemplates, func(c corev1.PersistentVolumeClaim) bool { return c.Name == name })
}

func findNoConfigMap(s *subject, r *report) {
	for _, w := range s.allWorkloads {
		for _, ref := range w.references() {
			o, _ := s.configMap(w.namespace, ref.name)
			if ref.key == "" && o == nil && !ref.optional && !slices.Contains(givenConfigMaps, ref.name) {
				r.add(ref.at, "add it, or use the name of one that is there", "ConfigMap %q does not exist in namespace %q", ref.name, w.namespace)
			}
		}
	}
}

func findNoKey(s *subject, r *report) {
	for _, w := range s.allWorkloads {
		for _, ref := range w.references() {
			_, config := s.configMap(w.namespace, ref.name)
			if ref.key != "" && config != nil && !ref.optional && !hasKey(config, ref.key) {
				r.add(ref.at, "add the key, or use one that is there", "ConfigMap %q has no key %q", ref.name, ref.key)
			}
		}
	}
}

func hasKey(config *corev1.ConfigMap, key string) bool {
	_, isText := config.Data[key]
	_, isBinary := config.BinaryData[key]
	return isText || isBinary || injected(config, key)
}

// injected tells whether OpenShift writes a key into a ConfigMap that asks for it:
// the certificates of the cluster's proxy, or of its Services.
func injected(config *corev1.ConfigMap, key string) bool {
	switch key {
	case "ca-bundle.crt":
		return config.Labels["config.openshift.io/inject-trusted-cabundle"] == "true"
	case "service-ca.crt":
		return config.Annotations["service.beta.openshift.io/inject-cabundle"] == "true"
	}
	return false
}
