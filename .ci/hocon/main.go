// Command hocon collects the HOCON of a folder of manifests into another folder, so
// that a program that knows no YAML can read it: *.conf files as they are, and those
// in the data of ConfigMaps below the name of their manifest.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	if len(os.Args) != 3 {
		exit(fmt.Errorf("usage: hocon FROM TO"))
	}
	to, err := os.OpenRoot(os.Args[2])
	if err != nil {
		exit(err)
	}
	if err := collect(os.DirFS(os.Args[1]), to); err != nil {
		exit(fmt.Errorf("%s: %w", os.Args[1], err))
	}
}

func exit(err error) {
	fmt.Fprintln(os.Stderr, "hocon:", err)
	os.Exit(1)
}

func collect(from fs.FS, to *os.Root) error {
	return fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		switch {
		case path.Ext(name) == ".conf":
			text, err := fs.ReadFile(from, name)
			if err != nil {
				return err
			}
			return write(to, name, text)
		case strings.HasPrefix(path.Base(name), "configmap-"):
			return collectData(from, name, to)
		}
		return nil
	})
}

func collectData(from fs.FS, name string, to *os.Root) error {
	text, err := fs.ReadFile(from, name)
	if err != nil {
		return err
	}
	var configMap corev1.ConfigMap
	if err := yaml.UnmarshalStrict(text, &configMap); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for key, value := range configMap.Data {
		if path.Ext(key) != ".conf" {
			continue
		}
		if err := write(to, path.Join(name, key), []byte(value)); err != nil {
			return err
		}
	}
	return nil
}

func write(to *os.Root, name string, text []byte) error {
	if err := to.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	return to.WriteFile(name, text, 0o644)
}
