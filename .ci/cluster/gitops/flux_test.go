package gitops

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/parts"
)

// TestFlux runs Flux's source- and kustomize-controller.
func TestFlux(t *testing.T) {
	s := &story{deployment: newDeployment(t, "flux"), cluster: cluster.Start(t, cluster.Options{Controllers: true, Workers: 2})}
	f := &flux{s}
	s.controller = f
	s.name, s.version = "Flux", version(t, "source-controller")
	f.start()
	s.tell()
}

type flux struct{ *story }

var (
	fluxSource = object("source.toolkit.fluxcd.io/v1", "GitRepository", "flux-system", "production")
	fluxTarget = object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "flux-system", "production")
)

func (f *flux) start() {
	f.t.Helper()
	for _, controller := range []string{"source-controller", "kustomize-controller"} {
		module, err := parts.Flux.Module("github.com/fluxcd/" + controller)
		require.NoError(f.t, err)
		require.NoError(f.t, f.cluster.Define(f.t.Context(), filepath.Join(module, "config/crd/bases")))
	}
	f.apply(object("v1", "Namespace", "", "flux-system"))
	artifacts := cluster.Address(f.t)
	f.runController("source-controller", "--storage-path="+f.t.TempDir(), "--storage-addr="+artifacts, "--storage-adv-addr="+artifacts)
	f.runController("kustomize-controller", "--no-remote-bases", "--requeue-dependency=2s")
}

func (f *flux) runController(name string, args ...string) {
	f.t.Helper()
	binary, err := parts.Binary(name)
	require.NoError(f.t, err)
	health := cluster.Address(f.t)
	args = append(args, "--watch-all-namespaces", "--enable-leader-election=false", "--metrics-addr="+cluster.Address(f.t), "--health-addr="+health)
	env := []string{"KUBECONFIG=" + f.cluster.Kubeconfig, "RUNTIME_NAMESPACE=flux-system", "HOME=" + f.cluster.Dir, "TMPDIR=" + f.t.TempDir()}
	f.cluster.Run(name, binary, args, env, cluster.OK("http://"+health+"/readyz"))
}

// refresh is `flux reconcile source git production`.
func (f *flux) refresh() {
	f.annotate(fluxSource, "reconcile.fluxcd.io/requestedAt", time.Now().Format(time.RFC3339Nano))
}

func (f *flux) idle(sha string) error {
	_, conditions := f.status()
	if said := fmt.Sprint(conditions); !strings.Contains(said, sha) || !strings.Contains(said, "kustomization path not found") {
		return fmt.Errorf("the Kustomization has not looked for its path in vain: %s", said)
	}
	return nil
}

func (f *flux) done(sha string) error {
	applied, conditions := f.status()
	if applied != "main@sha1:"+sha || !strings.HasPrefix(conditions["Ready"], "True ") {
		return fmt.Errorf("the Kustomization is not ready at %s, but at %s: %v", sha, applied, conditions)
	}
	return nil
}

// status is the revision that the Kustomization has applied, and its conditions by type.
func (f *flux) status() (applied string, conditions map[string]string) {
	f.t.Helper()
	var target unstructured.Unstructured
	require.NoError(f.t, f.read(fluxTarget, &target))
	applied, _, _ = unstructured.NestedString(target.Object, "status", "lastAppliedRevision")
	list, _, _ := unstructured.NestedSlice(target.Object, "status", "conditions")
	conditions = map[string]string{}
	for _, one := range list {
		c := one.(map[string]any)
		conditions[fmt.Sprint(c["type"])] = fmt.Sprintf("%s %s: %s", c["status"], c["reason"], c["message"])
	}
	return applied, conditions
}
