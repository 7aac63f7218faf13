package gitops

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/parts"
)

// TestArgoCD runs Argo CD's repo-server and application-controller. Whatever one says
// to the latter, its metrics are open to the network: so it gets one of its own.
func TestArgoCD(t *testing.T) {
	if !alone(t) {
		return
	}
	s := &story{deployment: newDeployment(t, "argocd"), cluster: cluster.Start(t, cluster.Options{Controllers: true, Workers: 2})}
	a := &argoCD{s}
	s.controller = a
	s.name, s.version = "Argo CD", version(t, "argocd")
	a.start()
	s.tell()
}

// alone runs the test once more, in a network that holds nothing but a loopback
// interface, and tells whether this is that run.
func alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(builtVariable) != "" {
		raiseLoopback(t)
		return true
	}
	command := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	command.Env = append(os.Environ(), builtVariable+"="+binaries(t))
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	// The parent that Pdeathsig looks at is this thread.
	runtime.LockOSThread()
	command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		command.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		command.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		command.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	require.NoError(t, command.Run(), "in a network of its own")
	return false
}

func raiseLoopback(t *testing.T) {
	t.Helper()
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	defer unix.Close(socket)
	loopback, err := unix.NewIfreq("lo")
	require.NoError(t, err)
	loopback.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	require.NoError(t, unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, loopback))
}

type argoCD struct{ *story }

var argoApplication = object("argoproj.io/v1alpha1", "Application", "argocd", "production")

func (a *argoCD) start() {
	a.t.Helper()
	module, err := parts.ArgoCD.Module("github.com/argoproj/argo-cd/v3")
	require.NoError(a.t, err)
	require.NoError(a.t, a.cluster.Define(a.t.Context(), filepath.Join(module, "manifests/crds")))
	a.configure(filepath.Join(module, "manifests/base/config"))

	a.apply(object("argoproj.io/v1alpha1", "AppProject", "argocd", "default", "spec", map[string]any{
		"sourceRepos": []any{"*"}, "destinations": []any{map[string]any{"namespace": "*", "server": "*"}},
		"clusterResourceWhitelist": []any{map[string]any{"group": "*", "kind": "*"}},
	}))

	redis := miniredis.RunT(a.t)
	repositories, metrics := cluster.Address(a.t), cluster.Address(a.t)
	a.runRole("argocd-repo-server", cluster.OK("http://"+metrics+"/metrics"), "--redis="+redis.Addr(), "--disable-tls",
		"--address=127.0.0.1", "--port="+port(repositories), "--metrics-address=127.0.0.1", "--metrics-port="+port(metrics))
	metrics = cluster.Address(a.t)
	a.runRole("argocd-application-controller", cluster.OK("http://"+metrics+"/healthz"), "--redis="+redis.Addr(),
		"--namespace=argocd", "--repo-server="+repositories, "--repo-server-plaintext", "--metrics-port="+port(metrics))
}

func port(address string) string {
	_, port, _ := strings.Cut(address, ":")
	return port
}

// configure applies what Argo CD's own installation configures.
func (a *argoCD) configure(folder string) {
	a.t.Helper()
	a.apply(object("v1", "Namespace", "", "argocd"))
	configuration, err := cluster.Read(folder)
	require.NoError(a.t, err)
	for _, o := range configuration {
		o.Object.SetNamespace("argocd")
		if o.Object.GetKind() == "Secret" {
			// Its own server makes this up when it starts; there is none here.
			o.Object.Object["stringData"] = map[string]any{"server.secretkey": "of this test only"}
		}
		a.apply(o.Object)
	}
}

// runRole runs the one binary under the name that tells it its role.
func (a *argoCD) runRole(role string, ready func() error, args ...string) {
	a.t.Helper()
	binary, err := parts.Binary("argocd")
	require.NoError(a.t, err)
	named := filepath.Join(a.cluster.Dir, role)
	require.NoError(a.t, os.Symlink(binary, named))
	env := []string{
		"KUBECONFIG=" + a.cluster.Kubeconfig, "ARGOCD_FAKE_IN_CLUSTER=true", "ARGOCD_GPG_ENABLED=false",
		"HOME=" + a.cluster.Dir, "TMPDIR=" + a.t.TempDir(),
		// A folder with a kustomization.yaml is built with kustomize.
		"PATH=" + binaries(a.t) + string(os.PathListSeparator) + os.Getenv("PATH"),
	}
	a.cluster.Run(role, named, args, env, ready)
}

// refresh is `argocd app get production --refresh`.
func (a *argoCD) refresh() { a.annotate(argoApplication, "argocd.argoproj.io/refresh", "normal") }

func (a *argoCD) idle(string) error {
	status := a.status()
	conditions, _, _ := unstructured.NestedSlice(status, "conditions")
	if _, synced := status["operationState"]; synced || !strings.Contains(fmt.Sprint(conditions), "app path does not exist") {
		return fmt.Errorf("the Application has not looked for its path in vain: %v", status)
	}
	return nil
}

func (a *argoCD) done(sha string) error {
	status := a.status()
	phase, _, _ := unstructured.NestedString(status, "operationState", "phase")
	revision, _, _ := unstructured.NestedString(status, "operationState", "syncResult", "revision")
	if phase != "Succeeded" || revision != sha {
		return fmt.Errorf("the Application is not synced to %s: %v", sha, status)
	}
	return nil
}

func (a *argoCD) status() map[string]any {
	a.t.Helper()
	var application unstructured.Unstructured
	require.NoError(a.t, a.read(argoApplication, &application))
	status, _, _ := unstructured.NestedMap(application.Object, "status")
	return status
}
