// Bare does parts of efgen's work alone, for comparison:
//
//	bare render ENVIRONMENTS OUT   reads, renders and writes, and checks nothing
//	bare write FOLDER OUT N        writes the twelve manifests of one environment N times
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/schemas"
)

func main() {
	debug.SetGCPercent(300) // as efgen does
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "render":
		return render(args[1], args[2])
	case len(args) == 4 && args[0] == "write":
		n, err := strconv.Atoi(args[3])
		if err != nil {
			return err
		}
		return write(args[1], args[2], n)
	}
	return errors.New("usage: bare render ENVIRONMENTS OUT, or bare write FOLDER OUT N")
}

// each works as efgen does: on as many environments at a time as there are processors.
func each(n int, work func(i int) error) error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		group.Go(func() error { return work(i) })
	}
	return group.Wait()
}

func render(environments, to string) error {
	folder, err := config.Open(environments, environments, schemas.Minors())
	if err != nil {
		return err
	}
	defer folder.Close()
	out, err := tree.Lock(context.Background(), to)
	if err != nil {
		return err
	}
	names, problems, err := folder.Names()
	if err != nil || len(problems) > 0 {
		return errors.Join(err, fmt.Errorf("%v", problems))
	}
	return errors.Join(each(len(names), func(i int) error {
		env, problems := folder.Read(names[i])
		if rule.Failed(problems) {
			return fmt.Errorf("read %s: %v", names[i], problems)
		}
		files, problems := generate.Render(env)
		if rule.Failed(problems) {
			return fmt.Errorf("render %s: %v", names[i], problems)
		}
		comparison, err := out.Compare(names[i], files)
		if err != nil {
			return err
		}
		return out.Apply(comparison, files, tree.Options{})
	}), out.Close())
}

// write is what the disk costs: every byte is known before the first is written.
func write(from, to string, n int) error {
	files := map[string][]byte{}
	err := filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" || entry.Name() == "kustomization.yaml" {
			return err
		}
		files[entry.Name()], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		return err
	}
	return each(n, func(i int) error {
		dir := filepath.Join(to, strconv.Itoa(i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		for name, data := range files {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
				return err
			}
		}
		return nil
	})
}
