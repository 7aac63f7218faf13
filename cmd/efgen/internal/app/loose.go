package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/rule"
)

const (
	// maxLooseFile bounds one loose file, in bytes.
	maxLooseFile = 8 << 20
	// maxLooseFiles bounds how many files loose paths may lead to.
	maxLooseFiles = 100_000
)

// CheckLoose checks files that belong to no environment, all together; the path "-" is
// stdin. schemas are files of CustomResourceDefinitions or JSON Schemas; it adds them and the
// day to the facts.
func (p Project) CheckLoose(paths []string, stdin io.Reader, schemas []string, facts validate.Facts) (Checked, error) {
	var files []validate.File
	for _, name := range paths {
		more, err := p.looseFiles(name, stdin)
		if err != nil {
			return Checked{}, err
		}
		if files = append(files, more...); len(files) > maxLooseFiles {
			return Checked{}, fmt.Errorf("%s: more than %d files in all; check them in parts", name, maxLooseFiles)
		}
	}
	facts.Today = p.Today
	for _, name := range schemas {
		data, err := readFile(p.Path(name))
		if err != nil {
			return Checked{}, err
		}
		facts.Schemas = append(facts.Schemas, validate.File{Path: name, Data: data})
	}
	checker := validate.NewChecker()
	checker.Thorough = true
	problems := checker.Files(files, facts)
	if err := checker.Err(); err != nil {
		return Checked{}, err
	}
	if checker.Manifests() == 0 && len(problems) == 0 && !slices.ContainsFunc(files, func(f validate.File) bool { return path.Ext(f.Path) == ".conf" }) {
		return Checked{}, fmt.Errorf("there is nothing to check in %s", Abbreviated(paths))
	}
	hintLoose(problems)
	return Checked{Manifests: checker.Manifests(), Problems: p.ordered(problems)}, nil
}

// hintLoose replaces the hint of an unknown kind, which speaks of an environment file.
func hintLoose(problems []rule.Problem) {
	for i, p := range problems {
		switch {
		case p.Rule != "EF202":
		case strings.HasSuffix(p.Message, " of efgen/v1"):
			problems[i].Hint = "an environment file is checked by name: efgen validate --env <name>"
		default:
			problems[i].Hint = "name its CustomResourceDefinition or JSON Schema with --schemas"
		}
	}
}

// looseFiles reads a file, the files of a folder, or standard input.
func (p Project) looseFiles(name string, stdin io.Reader) ([]validate.File, error) {
	if name == "-" {
		data, err := readBounded(stdin)
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return []validate.File{{Path: "<stdin>.yaml", Data: data}}, nil
	}
	var files []validate.File
	err := filepath.WalkDir(p.Path(name), func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		// A file that is named itself is checked with any ending.
		if isNamed := at == p.Path(name); entry.IsDir() || !isNamed && (!isChecked(entry.Name()) || !entry.Type().IsRegular()) {
			return nil
		}
		data, err := readFile(at)
		if err != nil {
			return err
		}
		shown, err := filepath.Rel(p.Path(name), at)
		if err != nil {
			return err
		}
		files = append(files, validate.File{Path: filepath.ToSlash(filepath.Join(name, shown)), Data: data})
		return nil
	})
	return files, err
}

func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := readBounded(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

func readBounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxLooseFile+1))
	if err == nil && len(data) > maxLooseFile {
		err = errors.New("larger than 8 MiB")
	}
	return data, err
}
