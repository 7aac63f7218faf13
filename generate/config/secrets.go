package config

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Secrets lists, by name, the Secrets that the environment refers to. They have
// to be in the cluster already: efgen never writes one.
func (e *Environment) Secrets() []string {
	names := map[string]bool{e.Registry.PullSecret: true}
	for _, app := range e.Applications {
		app.Workload.secrets(names)
		if s := app.Node.SubstitutionSecret; s != nil {
			names[s.Name] = true
		}
		if k := app.Node.Keystore; k != nil {
			names[k.Secret] = true
		}
		volumeSecrets(app.Volumes, names)
	}
	if e.ClusterMonitor != nil {
		e.ClusterMonitor.Workload.secrets(names)
	}
	if e.GitOps != nil && e.GitOps.Flux != nil {
		names[e.GitOps.Flux.SecretRef] = true
	}
	delete(names, "")
	return append([]string{}, slices.Sorted(maps.Keys(names))...)
}

func (w *Workload) secrets(names map[string]bool) {
	if w.License != nil {
		names[w.License.Secret] = true
	}
	if w.Ingress != nil && w.Ingress.TLS != nil {
		names[w.Ingress.TLS.SecretName] = true
	}
	for _, env := range w.Env {
		if from := env.ValueFrom; from != nil && from.SecretKeyRef != nil {
			names[from.SecretKeyRef.Name] = true
		}
	}
}

func volumeSecrets(volumes []corev1.Volume, names map[string]bool) {
	for _, volume := range volumes {
		if volume.Secret != nil {
			names[volume.Secret.SecretName] = true
		}
		if volume.Projected == nil {
			continue
		}
		for _, source := range volume.Projected.Sources {
			if source.Secret != nil {
				names[source.Secret.Name] = true
			}
		}
	}
}
