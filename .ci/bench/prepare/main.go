// Prepare does what the measuring process must not do itself, since a process that it
// starts would be charged with its memory: it writes what is measured, and compares it.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/efgen/efgen/.ci/bench/same"
	"github.com/efgen/efgen/.ci/bench/workload"
	"github.com/efgen/efgen/validate/schemas"
)

const usage = `usage:
  prepare workload DIR N         inputs of efgen and its peers for N environments
  prepare changed DIR N          those of efgen with another image in each environment
  prepare copy DIR COPY
  prepare told FILE N            looks for the N images of "changed" in what a tool has printed
  prepare same TREE PEER         compares efgen's tree with a peer's, one file per environment
  prepare stream TREE FILE       the objects of efgen's tree as one file
  prepare schemas TREE DIR       the embedded schemas of the objects of efgen's tree`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "prepare:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return errors.New(usage)
	}
	switch args[0] {
	case "copy":
		return os.CopyFS(args[2], os.DirFS(args[1]))
	case "same":
		return compare(args[1], args[2])
	case "stream":
		return stream(args[1], args[2])
	case "schemas":
		return writeSchemas(args[1], args[2])
	}
	n, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	switch args[0] {
	case "workload":
		return workload.Write(args[1], n)
	case "changed":
		return workload.Change(args[1], n)
	case "told":
		return told(args[1], n)
	}
	return errors.New(usage)
}

// compare holds a peer's file of each environment against efgen's folder.
func compare(tree, peer string) error {
	environments, err := os.ReadDir(tree)
	if err != nil {
		return err
	}
	files, err := os.ReadDir(peer)
	if err != nil {
		return err
	}
	if len(files) != len(environments) || len(files) == 0 {
		return fmt.Errorf("%s has %d environments, %s has %d", peer, len(files), tree, len(environments))
	}
	for _, environment := range environments {
		want, err := same.Read(filepath.Join(tree, environment.Name()))
		if err != nil {
			return err
		}
		got, err := same.Read(filepath.Join(peer, environment.Name()+".yaml"))
		if err != nil {
			return err
		}
		if err := same.Compare(want, got); err != nil {
			return fmt.Errorf("%s: %s: %w", peer, environment.Name(), err)
		}
	}
	return nil
}

// told looks for the new image of every environment.
func told(file string, n int) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for i := range n {
		if image := workload.Image(i, 1); !bytes.Contains(text, []byte(image)) {
			return fmt.Errorf("%s does not tell of %s:\n%.1000s", file, image, text)
		}
	}
	return nil
}

// stream writes a tree's objects as one file, as dyff takes them.
func stream(tree, path string) error {
	files, err := same.Files(tree)
	if err != nil {
		return err
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "---\n%s", text); err != nil {
			return err
		}
	}
	return out.Close()
}

// writeSchemas names schemas as kubeconform looks them up: kind, first label of the group, version.
func writeSchemas(tree, dir string) error {
	objects, err := same.Read(tree)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for key := range objects {
		var apiVersion, kind string
		if _, err := fmt.Sscan(key, &apiVersion, &kind); err != nil {
			return err
		}
		schema, found := schemas.Find(workload.Minor, apiVersion, kind)
		if !found {
			return fmt.Errorf("there is no schema of %s %s", apiVersion, kind)
		}
		group, version, grouped := strings.Cut(apiVersion, "/")
		suffix := group // of the core group: the version
		if grouped {
			suffix, _, _ = strings.Cut(group, ".")
			suffix += "-" + version
		}
		name := strings.ToLower(kind) + "-" + suffix + ".json"
		whole := schemas.Complete(schema, func(name string) string { return schemas.Definition(workload.Minor, name) })
		if err := os.WriteFile(filepath.Join(dir, name), whole, 0o644); err != nil {
			return err
		}
	}
	return nil
}
