// Package parts builds the real software that the tests run: what the modules below
// .ci/cluster/tools pin, into a cache folder outside of the repository.
package parts

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// A Part is the tools of one module.
type Part struct {
	// Name is the folder of the module below .ci/cluster/tools.
	Name string
	// tools are the binaries by their packages.
	tools map[string]string
	// link are further flags of the linker.
	link func(version string) string
}

// The parts.
var (
	Etcd       = Part{Name: "etcd", tools: map[string]string{"etcd": "go.etcd.io/etcd/server/v3"}}
	Kubernetes = Part{Name: "kubernetes", link: kubernetesVersion, tools: map[string]string{
		"kube-apiserver":          "k8s.io/kubernetes/cmd/kube-apiserver",
		"kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
		"kube-scheduler":          "k8s.io/kubernetes/cmd/kube-scheduler",
		"kubectl":                 "k8s.io/kubernetes/cmd/kubectl",
	}}
	Kwok    = Part{Name: "kwok", tools: map[string]string{"kwok": "sigs.k8s.io/kwok/cmd/kwok"}}
	CoreDNS = Part{Name: "coredns", tools: map[string]string{"coredns": "github.com/coredns/coredns"}}
	Flux    = Part{Name: "flux", tools: map[string]string{
		"source-controller":    "github.com/fluxcd/source-controller",
		"kustomize-controller": "github.com/fluxcd/kustomize-controller",
	}}
	ArgoCD = Part{Name: "argocd", tools: map[string]string{"argocd": "github.com/argoproj/argo-cd/v3/cmd"}}

	// All are the parts, the quickest to build first.
	All = []Part{Etcd, Kubernetes, Kwok, CoreDNS, Flux, ArgoCD}
)

// Binary is the path of a tool, which is built if it is not in the cache yet.
func Binary(tool string) (string, error) {
	for _, part := range All {
		if _, found := part.tools[tool]; found {
			dir, err := part.Build(context.Background(), io.Discard)
			return filepath.Join(dir, tool), err
		}
	}
	return "", fmt.Errorf("no part has a tool called %q", tool)
}

// Version is that of the module which a built tool is the main package of, as the
// binary itself says.
func Version(binary string) (string, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return "", fmt.Errorf("read the build information: %w", err)
	}
	return info.Main.Version, nil
}

// Module is the folder of a module that a part pins, or of module@version of any.
func (p Part) Module(name string) (string, error) {
	text, err := p.run(context.Background(), "mod", "download", "-json", name)
	var module struct{ Dir, Error string }
	if json.Unmarshal(text, &module) == nil && module.Dir != "" {
		return module.Dir, nil
	}
	return "", fmt.Errorf("download %s: %s %w", name, module.Error, err)
}

// Build makes sure that the tools are in the cache, and returns their folder. It says
// what it builds.
func (p Part) Build(ctx context.Context, log io.Writer) (string, error) {
	dir, err := p.cache()
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	started := time.Now()
	fmt.Fprintf(log, "building %s\n", p.Name)
	if err := p.buildInto(ctx, dir); err != nil {
		return "", fmt.Errorf("build %s: %w", p.Name, err)
	}
	fmt.Fprintf(log, "built %s in %.0f s\n", p.Name, time.Since(started).Seconds())
	return dir, nil
}

// buildInto builds beside the folder and moves it there when all is done: a folder that
// is there is complete.
func (p Part) buildInto(ctx context.Context, dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(filepath.Dir(dir), p.Name+"-new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	for tool, pkg := range p.tools {
		if err := p.buildTool(ctx, filepath.Join(scratch, tool), pkg); err != nil {
			return err
		}
	}
	if err := os.Rename(scratch, dir); err != nil && !os.IsExist(err) {
		return err
	}
	return nil
}

func (p Part) buildTool(ctx context.Context, binary, pkg string) error {
	flags := "-s -w"
	if p.link != nil {
		version, err := p.run(ctx, "list", "-f", "{{.Module.Version}}", pkg)
		if err != nil {
			return err
		}
		flags += p.link(strings.TrimSpace(string(version)))
	}
	_, err := p.run(ctx, "build", "-trimpath", "-ldflags", flags, "-o", binary, pkg)
	return err
}

// kubernetesVersion is what the API server calls itself: a build outside of its own
// repository knows none.
func kubernetesVersion(version string) string {
	number := strings.Split(strings.TrimPrefix(version, "v"), ".")
	const variable = " -X k8s.io/component-base/version."
	return variable + "gitVersion=" + version + variable + "gitTreeState=clean" +
		variable + "gitMajor=" + number[0] + variable + "gitMinor=" + number[1]
}

// cache is the folder of the part's tools: another pin and another Go have another.
func (p Part) cache() (string, error) {
	caches, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	key := sha256.New()
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(p.dir(), name))
		if err != nil {
			return "", err
		}
		key.Write(text)
	}
	version, err := p.run(context.Background(), "version")
	if err != nil {
		return "", err
	}
	key.Write(version)
	return filepath.Join(caches, "efgen-ci", fmt.Sprintf("%s-%.8x", p.Name, key.Sum(nil))), nil
}

func (p Part) dir() string {
	return filepath.Join(Repository(), ".ci", "cluster", "tools", p.Name)
}

// Repository is the root of the checkout: where this file was compiled from.
func Repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.FromSlash(path.Join(file, "../../../.."))
}

// run is the go command in the folder of the part's module.
func (p Part) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = p.dir()
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	var diagnosis bytes.Buffer
	cmd.Stderr = &diagnosis
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", cmd, err, diagnosis.Bytes())
	}
	return out, err
}
