package workload

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/efgen/efgen/generate/config"

	"github.com/efgen/efgen/validate/schemas"
)

// Write fills a folder with n environments for each tool, in a folder of its name.
func Write(dir string, n int) error {
	scratch, err := os.MkdirTemp(dir, "template")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	t, err := template(scratch)
	if err != nil {
		return err
	}
	environments := make([]environment, n)
	for i := range environments {
		environments[i] = numbered(i, 0)
	}
	inputs := filepath.Join(dir, "efgen", "environments")
	if err := writeEnvironments(inputs, environments); err != nil {
		return err
	}
	folder, err := config.Open(inputs, "environments", schemas.Minors())
	if err != nil {
		return err
	}
	defer folder.Close()
	for i, e := range environments {
		one, err := render(folder, e)
		if err != nil {
			return err
		}
		environments[i] = one.environment
		for overlays, quick := range map[string]bool{"overlays": false, "quick": true} {
			if err := write(filepath.Join(dir, "kustomize", overlays, e.name), overlay(one, quick)); err != nil {
				return err
			}
		}
	}
	return writePeers(dir, t, environments)
}

func writePeers(dir string, t rendered, environments []environment) error {
	peers := map[string]func(rendered, []environment) (map[string]string, error){
		"kustomize/base": kustomizeBase, "helm": helm, "cue": cue, "jsonnet": jsonnet,
	}
	for folder, files := range peers {
		content, err := files(t, environments)
		if err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
		if err := write(filepath.Join(dir, folder), content); err != nil {
			return err
		}
	}
	return nil
}

// Change gives each of n environments of efgen another tag, and none of its peers.
func Change(dir string, n int) error {
	environments := make([]environment, n)
	for i := range environments {
		environments[i] = numbered(i, 1)
	}
	return writeEnvironments(filepath.Join(dir, "efgen", "environments"), environments)
}

// write writes files by their path below a folder.
func write(dir string, files map[string]string) error {
	for path, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
