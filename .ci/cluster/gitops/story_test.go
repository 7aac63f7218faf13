// Package gitops lets Flux and Argo CD sync what efgen proposes: the objects that efgen
// generates for them are applied once, and from then on everything goes through pull
// requests that somebody merges.
package gitops

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/parts"
	"github.com/efgen/efgen/.ci/cluster/proof"
)

// patience is how long anything may take, on a machine that is busy.
const patience = 3 * time.Minute

// A controller is what syncs the deploy repository.
type controller interface {
	// refresh asks it to look at the repository now, as people do on its command line.
	refresh()
	// idle returns no error once it has seen that a revision holds nothing to apply.
	idle(sha string) error
	// done returns no error once it is through with a revision.
	done(sha string) error
}

// story is what happens to one deploy repository.
type story struct {
	*deployment
	cluster       *cluster.Cluster
	controller    controller
	name, version string // of the controller
}

func (s *story) tell() {
	s.t.Helper()
	s.apply(object("scheduling.k8s.io/v1", "PriorityClass", "", "streaming", "value", int64(1000)))

	number := s.propose()
	s.applyGitOps()
	s.within("nothing is applied that nobody merged", func() error { return s.controller.idle(s.git(s.checkout, "rev-parse", "HEAD")) })
	assert.True(s.t, errors.IsNotFound(s.get(namespace())), "there is a namespace, though nobody has merged anything")

	started := time.Now()
	begun := s.merge(number)
	first := s.settle("begin", begun, nil)
	assert.Len(s.t, begun.objects, 25)

	s.replace("replicas: 3", "replicas: 4")
	s.replace(`tag: "2.3.1"`, `tag: "2.4.0"`)
	changed := s.merge(s.propose())
	second := s.settle("change", changed, begun.objects)
	assert.Equal(s.t, "4", s.field("ef-kubernetes-app", "replicas"))
	assert.Contains(s.t, s.field("lv-orders", "template"), "lv-orders:2.4.0")

	scaled := s.handOver(changed.objects)

	s.remove("    ingress:\n", "    networkPolicy:\n")
	s.remove("  lv-orders:\n", "clusterMonitor:\n")
	dropped := s.merge(s.propose())
	third := s.settle("drop", dropped, scaled.objects)
	assert.Len(s.t, dropped.objects, 16)
	s.proved("applies what is merged and prunes what is dropped", len(begun.objects),
		fmt.Sprintf("objects, %.1f, %.1f and %.1f s after the merge", first, second, third), started)

	started = time.Now()
	s.forgetNamespace()
	s.proved("spares a namespace that is forgotten", len(dropped.objects), "objects", started)
}

func (s *story) proved(claim string, count int, of string, started time.Time) {
	s.t.Helper()
	proof.Record(s.t, s.name+" "+claim, s.name+" "+s.version, count, of, started)
}

// forgetNamespace lets a careless person leave the namespace out, which must not harm
// it, and then without the annotations that protect it, which must: or else nobody
// would notice if they did nothing.
func (s *story) forgetNamespace() {
	s.t.Helper()
	var before unstructured.Unstructured
	require.NoError(s.t, s.read(namespace(), &before))
	list, file := filepath.Join(s.checkout, path, "kustomization.yaml"), filepath.Join(s.checkout, path, "namespace.yaml")
	text, err := os.ReadFile(file)
	require.NoError(s.t, err)

	forget := func(message string) revision {
		s.edit(list, func(all string) string { return strings.Replace(all, "- namespace.yaml\n", "", 1) })
		require.NoError(s.t, os.Remove(file))
		return s.push(message)
	}
	forgotten := forget("Tidy up")
	s.settle("forget the namespace", forgotten, forgotten.objects)
	var after unstructured.Unstructured
	require.NoError(s.t, s.read(namespace(), &after))
	assert.Equal(s.t, before.GetUID(), after.GetUID())
	assert.Nil(s.t, after.GetDeletionTimestamp())

	s.edit(list, func(all string) string { return all + "- namespace.yaml\n" })
	require.NoError(s.t, os.WriteFile(file, []byte(unprotected(s.t, text)), 0o600))
	s.git(s.checkout, "add", "--all")
	s.settle("unprotect the namespace", s.push("Back again"), forgotten.objects)
	forget("Tidy up once more")
	s.controller.refresh()
	s.within("the namespace goes without its annotations", func() error {
		err := s.read(namespace(), &after)
		if errors.IsNotFound(err) || err == nil && after.GetDeletionTimestamp() != nil {
			return nil
		}
		return fmt.Errorf("the namespace stays: %v", err)
	})
}

// settle waits until a revision is applied: its objects are there, as they are written
// down, and those of the revision before that it does not have are gone. It returns
// how many seconds after the merge that was.
func (s *story) settle(what string, r revision, before []cluster.Manifest) (seconds float64) {
	s.t.Helper()
	s.controller.refresh()
	s.within(what, func() error {
		kept := map[string]bool{}
		for _, o := range r.objects {
			kept[o.ID()] = true
			if err := s.asWritten(o); err != nil {
				return err
			}
		}
		for _, o := range before {
			if err := s.get(o.Object); !kept[o.ID()] && !errors.IsNotFound(err) {
				return fmt.Errorf("%s is not gone: %v", o.ID(), err)
			}
		}
		return nil
	})
	seconds = time.Since(r.since).Seconds()
	s.within(what, func() error { return s.controller.done(r.sha) })
	s.t.Logf("%s: %d objects, applied %.1f s after the merge, all done after %.1f s", what, len(r.objects), seconds, time.Since(r.since).Seconds())
	return seconds
}

// asWritten asks the API server whether applying the text would change anything.
func (s *story) asWritten(o cluster.Manifest) error {
	now, err := s.cluster.Get(s.t.Context(), o.Object)
	if err != nil {
		return err
	}
	again, err := s.cluster.Apply(s.t.Context(), o, true)
	if err != nil {
		return err
	}
	for _, state := range []*unstructured.Unstructured{now, again} {
		state.SetManagedFields(nil)
		state.SetResourceVersion("")
	}
	if !equality.Semantic.DeepEqual(now, again) {
		return fmt.Errorf("%s is not as it is written down", o.ID())
	}
	return nil
}

// applyGitOps is what a person does once, by hand.
func (s *story) applyGitOps() {
	s.t.Helper()
	_, stderr, err := s.run("generate", "--env", "production")
	require.NoError(s.t, err, stderr)
	objects, err := cluster.Read(filepath.Join(s.dir, "out/production/_gitops"))
	require.NoError(s.t, err)
	require.NotEmpty(s.t, objects)
	for _, o := range objects {
		_, err := s.cluster.Apply(s.t.Context(), o, false)
		require.NoError(s.t, err)
	}
}

func (s *story) within(what string, check func() error) {
	s.t.Helper()
	require.NoError(s.t, cluster.Within(patience, check), what)
}

func version(t *testing.T, tool string) string {
	t.Helper()
	binary, err := parts.Binary(tool)
	require.NoError(t, err)
	version, err := parts.Version(binary)
	require.NoError(t, err)
	return version
}
