package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"
)

// A source is the zip of a pinned module.
type source struct {
	pin
	sum string
	zip *zip.ReadCloser
}

// String is a line of the archive: what, module, version and checksum.
func (s source) String() string {
	return strings.Join([]string{s.what, s.module, s.version, s.sum}, " ")
}

// download fetches a module unless it is at hand. A module that wants a newer Go
// than this one makes `go mod download` exit with 1 after the verified zip has
// been stored: its Go code does not matter here.
func download(p pin) (source, error) {
	command := exec.Command("go", "mod", "download", "-json", p.module+"@"+p.version)
	command.Dir = os.TempDir() // outside of this module, whose go.sum stays as it is
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, runErr := command.Output()
	var module struct{ Zip, Sum, Error string }
	if err := json.Unmarshal(out, &module); err != nil {
		return source{}, fmt.Errorf("download %s@%s: %w: %s", p.module, p.version, err, stderr.String())
	}
	if module.Zip == "" || module.Sum == "" {
		return source{}, fmt.Errorf("download %s@%s: %s (%w)", p.module, p.version, module.Error, runErr)
	}
	archive, err := zip.OpenReader(module.Zip)
	return source{pin: p, sum: module.Sum, zip: archive}, err
}

// files calls use with each file that matches a pattern, as path.Match has it.
func (s source) files(patterns []string, use func(name string, content []byte) error) error {
	prefix := s.module + "@" + s.version + "/"
	for _, pattern := range patterns {
		found := false
		for _, file := range s.zip.File {
			if ok, err := path.Match(prefix+pattern, file.Name); err != nil || !ok {
				continue
			}
			found = true
			content, err := read(file)
			if err != nil {
				return err
			}
			if err := use(strings.TrimPrefix(file.Name, prefix), content); err != nil {
				return fmt.Errorf("%s: %w", file.Name, err)
			}
		}
		if !found {
			return fmt.Errorf("no file matches %q", pattern)
		}
	}
	return nil
}

func read(file *zip.File) ([]byte, error) {
	reader, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return io.ReadAll(reader)
}
