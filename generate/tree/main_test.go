package tree

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"
)

// generations are inputs of many environments. From one to the next, files
// change, come and go, and so do environments.
func generation(number, environments int) map[string][]File {
	all := map[string][]File{}
	for i := range environments {
		if i%5 == number {
			continue
		}
		name := fmt.Sprintf("environment-%d", i)
		text := fmt.Appendf(nil, "# %s, generation %d\n", name, number)
		all[name] = []File{
			{"namespace.yaml", []byte("kind: Namespace\n")},
			{"ef/service.yaml", text},
			{"ef/statefulset.yaml", text},
			{fmt.Sprintf("rbac-%d/role.yaml", number), text},
			{fmt.Sprintf("rbac-%d/rolebinding.yaml", number), text},
			{"kustomization.yaml", text},
		}
	}
	return all
}

// runAll is a whole run: every environment is compared before any is written,
// and those that are gone are removed. It says when it has the lock.
func runAll(dir string, wanted map[string][]File, locked func()) (err error) {
	t, err := Lock(context.Background(), dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	locked()
	there, err := t.Environments()
	if err != nil {
		return err
	}
	names := slices.AppendSeq(there, maps.Keys(wanted))
	slices.Sort(names)
	names = slices.Compact(names)

	comparisons := make([]*Comparison, len(names))
	if err := inParallel(len(names), func(i int) (err error) {
		comparisons[i], err = t.Compare(names[i], wanted[names[i]])
		if err == nil && len(comparisons[i].Refusals) > 0 {
			return Refused(comparisons[i].Refusals)
		}
		return err
	}); err != nil {
		return err
	}
	return inParallel(len(names), func(i int) error {
		return t.Apply(comparisons[i], wanted[names[i]], Options{})
	})
}

func inParallel(n int, do func(i int) error) error {
	var group errgroup.Group
	group.SetLimit(4)
	for i := range n {
		group.Go(func() error { return do(i) })
	}
	return group.Wait()
}

// undisturbedAll is what the tree holds after runAll.
func undisturbedAll(wanted map[string][]File) map[string]string {
	all := map[string]string{}
	for name, files := range wanted {
		for _, f := range files {
			all[name+"/"+f.Path] = string(f.Data)
		}
		all[name+"/"+LedgerName] = string(LedgerOf(files).Text())
	}
	return all
}

// TestMain is also the process that TestKilledProcess kills.
func TestMain(m *testing.M) {
	var number, environments int
	if _, err := fmt.Sscan(os.Getenv("EFGEN_TEST_GENERATION"), &number, &environments); err != nil {
		os.Exit(m.Run())
	}
	err := runAll("out", generation(number, environments), func() { fmt.Println("locked") })
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
