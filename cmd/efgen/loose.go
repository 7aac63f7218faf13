package main

import (
	"cmp"
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
	// maxLooseFile bounds one file of a loose path, in bytes.
	maxLooseFile = 8 << 20
	// maxLooseFiles bounds how many files loose paths may lead to.
	maxLooseFiles = 100_000
)

// loose checks the files that the command line names, together.
func (v validateCommand) loose(c *cli) (checked, error) {
	if len(v.Env) > 0 || v.All {
		return checked{}, usage("--env and --all go with the output tree, not with paths")
	}
	var files []validate.File
	for _, name := range v.Paths {
		more, err := c.looseFiles(name)
		if err != nil {
			return checked{}, &failure{code: exitUsage, err: err}
		}
		if files = append(files, more...); len(files) > maxLooseFiles {
			return checked{}, usage("%s: more than %d files in all; check them in parts", name, maxLooseFiles)
		}
	}
	facts, err := v.facts(c)
	if err != nil {
		return checked{}, &failure{code: exitUsage, err: err}
	}
	checker := validate.NewChecker()
	checker.Thorough = true
	problems := checker.Files(files, facts)
	if err := checker.Err(); err != nil {
		return checked{}, err
	}
	if checker.Manifests() == 0 && len(problems) == 0 && !slices.ContainsFunc(files, isConfiguration) {
		return checked{}, usage("there is nothing to check in %s", abbreviated(v.Paths))
	}
	hintLoose(problems)
	return checked{manifests: checker.Manifests(), problems: problems}, nil
}

// facts are those of loose paths, for which no environment file speaks.
func (v validateCommand) facts(c *cli) (validate.Facts, error) {
	facts := validate.Facts{
		Platform:          orElse(v.Platform, "kubernetes"),
		Domain:            v.ClusterDomain,
		KubernetesVersion: cmp.Or(v.KubernetesVersion, "1.34"),
		Policy:            validate.Policy{PodSecurity: orElse(v.PodSecurity, "restricted")},
		Today:             today(),
	}
	for _, name := range v.Schemas {
		data, err := readFile(c.in(name))
		if err != nil {
			return facts, err
		}
		facts.Schemas = append(facts.Schemas, validate.File{Path: name, Data: data})
	}
	return facts, nil
}

func orElse(value *string, usual string) string {
	if value == nil {
		return usual
	}
	return *value
}

// hintLoose says what can be done about a kind where there is no environment file.
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

func isConfiguration(file validate.File) bool { return path.Ext(file.Path) == ".conf" }

// looseFiles reads a file, the files of a folder, or standard input.
func (c *cli) looseFiles(name string) ([]validate.File, error) {
	if name == "-" {
		data, err := readBounded(c.streams.in)
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return []validate.File{{Path: "<stdin>.yaml", Data: data}}, nil
	}
	var files []validate.File
	err := filepath.WalkDir(c.in(name), func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		// A file that is named itself is checked whatever its ending.
		if named := at == c.in(name); entry.IsDir() || !named && (!isChecked(entry.Name()) || !entry.Type().IsRegular()) {
			return nil
		}
		data, err := readFile(at)
		if err != nil {
			return err
		}
		shown, err := filepath.Rel(c.in(name), at)
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
