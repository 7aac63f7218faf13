package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

const (
	// maxFileBytes bounds a file that goes into a ConfigMap: Kubernetes refuses larger ones.
	maxFileBytes = 1 << 20
	// maxManifestBytes bounds an extra manifest or a schema: the largest known ones have about 1 MiB.
	maxManifestBytes = 4 << 20
	// maxContents bounds all files of one environment together.
	maxContents = 64 << 20
)

// load reads the files that an environment names into Contents, and shortens their paths.
func (r *reading) load(env *Environment) {
	env.Contents = map[string][]byte{}
	l := loading{reading: r, env: env}
	for _, name := range slices.Sorted(maps.Keys(env.Applications)) {
		field, app := fieldOf(name), env.Applications[name]
		l.mapping(field+".files.configuration", app.Files.Configuration)
		l.mapping(field+".files.resources", app.Files.Resources)
		l.list(field+".security.include", app.Security.Include, maxFileBytes)
	}
	l.list("extraManifests", env.ExtraManifests, maxManifestBytes)
	l.notRendered = true
	l.list("schemas", env.Schemas, maxManifestBytes)
}

type loading struct {
	*reading
	env *Environment
	// bytes counts those of all files.
	bytes int
	// notRendered says that the files being read do not become part of the output.
	notRendered bool
}

func (l *loading) mapping(field string, files map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(files)) {
		files[key] = l.file(rule.Key(field, key), files[key], maxFileBytes)
	}
}

func (l *loading) list(field string, files []string, limit int64) {
	for i := range files {
		files[i] = l.file(rule.Index(field, i), files[i], limit)
	}
}

// file reads the file that a field names, and returns its path in the shortest form.
func (l *loading) file(field, named string, limit int64) string {
	if l.Unread(field) {
		return named
	}
	at, field := l.env.Origins.At(field)
	file, err := resolve(".", named)
	if err != nil {
		l.AddUnread(unreadableFile, at, field, "paths are relative to the environments folder", "%q: %v", named, err)
		return named
	}
	if _, loaded := l.env.Contents[file]; loaded {
		return file
	}
	content, err := l.folder.readFile(file, limit)
	if l.bytes += len(content); err == nil && l.bytes > maxContents {
		err = fmt.Errorf("%w: the files of this environment hold more than %d KiB", errTooLarge, maxContents/1024)
	}
	if err != nil {
		l.addUnreadableFile(at, field, err)
		return file
	}
	l.env.Contents[file] = content
	if !l.notRendered && hasWindowsLineEnds(content) {
		l.Add(windowsLineEnds, at, field, `write "environments/** -text" into .gitattributes and check out again, or let its lines end in LF`,
			"%q: its lines end in CRLF, which another checkout of the same commit may not have", named)
	}
	return file
}

// hasWindowsLineEnds reports whether all lines of a text end in CRLF, as git leaves them
// where it changes them. It changes no binary files, and none with both.
func hasWindowsLineEnds(content []byte) bool {
	windows := bytes.Count(content, []byte("\r\n"))
	return windows > 0 && windows == bytes.Count(content, []byte("\n")) && bytes.IndexByte(content, 0) < 0
}

// addUnreadableFile reports a file that cannot be read; a file that is too large is over a bound.
func (r *reading) addUnreadableFile(at rule.Position, field string, err error) {
	broken := unreadableFile
	if errors.Is(err, errTooLarge) {
		broken = yamltree.OverBound
	}
	r.AddUnread(broken, at, field, "", "%v", err)
}

// Secrets lists the names of the Secrets that the environment refers to. efgen writes no Secret.
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
		containerSecrets(corev1.Container{EnvFrom: app.EnvFrom}, names)
		for _, container := range slices.Concat(app.InitContainers, app.Sidecars) {
			containerSecrets(container, names)
		}
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
	containerSecrets(corev1.Container{Env: w.Env}, names)
}

func containerSecrets(container corev1.Container, names map[string]bool) {
	for _, env := range container.Env {
		if from := env.ValueFrom; from != nil && from.SecretKeyRef != nil {
			names[from.SecretKeyRef.Name] = true
		}
	}
	for _, source := range container.EnvFrom {
		if source.SecretRef != nil {
			names[source.SecretRef.Name] = true
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
