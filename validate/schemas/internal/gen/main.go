// Command gen writes the archive of schemas from the pinned modules below: the
// OpenAPI documents of Kubernetes and OpenShift, and the CustomResourceDefinitions
// of OpenShift, Argo CD, Flux and the Prometheus operator. `go mod download` fetches
// them and verifies their checksums; they never become dependencies.
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/schemas"
)

// A pin is one version of a Go module, as the source of one minor or product.
type pin struct{ what, module, version string }

// kubernetes pins the newest patch of every supported minor, the oldest first.
var kubernetes = []pin{
	{"1.30", "k8s.io/kubernetes", "v1.30.14"},
	{"1.31", "k8s.io/kubernetes", "v1.31.14"},
	{"1.32", "k8s.io/kubernetes", "v1.32.13"},
	{"1.33", "k8s.io/kubernetes", "v1.33.13"},
	{"1.34", "k8s.io/kubernetes", "v1.34.4"},
	{"1.35", "k8s.io/kubernetes", "v1.35.4"},
	{"1.36", "k8s.io/kubernetes", "v1.36.3"},
	{"1.37", "k8s.io/kubernetes", "v1.37.2"},
}

var openshift = pin{"openshift", "github.com/openshift/api", "v0.0.0-20251015095338-264e80a2b6e7"}

// openshiftKinds are the kinds of openshift/api that are no custom resources. The
// API description has no paths to tell their scopes by.
var openshiftKinds = map[string]schemas.Scope{
	"apps.openshift.io/v1/DeploymentConfig":            schemas.InNamespace,
	"authorization.openshift.io/v1/ClusterRole":        schemas.InCluster,
	"authorization.openshift.io/v1/ClusterRoleBinding": schemas.InCluster,
	"authorization.openshift.io/v1/Role":               schemas.InNamespace,
	"authorization.openshift.io/v1/RoleBinding":        schemas.InNamespace,
	"build.openshift.io/v1/BuildConfig":                schemas.InNamespace,
	"image.openshift.io/v1/ImageStream":                schemas.InNamespace,
	"image.openshift.io/v1/ImageStreamTag":             schemas.InNamespace,
	"oauth.openshift.io/v1/OAuthClient":                schemas.InCluster,
	"project.openshift.io/v1/Project":                  schemas.InCluster,
	"template.openshift.io/v1/Template":                schemas.InNamespace,
	"user.openshift.io/v1/Group":                       schemas.InCluster,
	"user.openshift.io/v1/Identity":                    schemas.InCluster,
	"user.openshift.io/v1/User":                        schemas.InCluster,
}

// customs pins the modules that hold CustomResourceDefinitions, and where.
var customs = []struct {
	pin
	files []string
}{
	{openshift, []string{
		"authorization/v1/zz_generated.crd-manifests/*.yaml",
		"quota/v1/zz_generated.crd-manifests/*.yaml",
		"route/v1/zz_generated.crd-manifests/*.yaml",
		"security/v1/zz_generated.crd-manifests/*.yaml",
	}},
	{pin{"argocd", "github.com/argoproj/argo-cd/v3", "v3.5.7"}, []string{"manifests/crds/*-crd.yaml"}},
	{pin{"flux-kustomize-controller", "github.com/fluxcd/kustomize-controller", "v1.10.1"}, []string{"config/crd/bases/*.yaml"}},
	{pin{"flux-source-controller", "github.com/fluxcd/source-controller", "v1.10.1"}, []string{"config/crd/bases/*.yaml"}},
	{pin{"prometheus-operator", "github.com/prometheus-operator/prometheus-operator", "v0.85.0"}, []string{
		"example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
	}},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "gen: give the file to write")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(path string) error {
	a := newArchive()
	custom, err := readCustoms(a)
	if err != nil {
		return err
	}
	for _, p := range kubernetes {
		source, err := download(p)
		if err != nil {
			return err
		}
		a.sources = append(a.sources, source.String())
		spec, err := readKubernetes(source)
		if err != nil {
			return fmt.Errorf("%s: %w", source, err)
		}
		words, err := readWords(source)
		if err != nil {
			return fmt.Errorf("%s: %w", source, err)
		}
		a.addWords(p.what, words)
		maps.Copy(spec.roots, custom.roots)
		for name, definition := range custom.definitions {
			// Kubernetes' own definitions win: OpenShift's copies are of one minor only.
			if _, known := spec.definitions[name]; !known {
				spec.definitions[name] = definition
			}
		}
		if err := a.add(p.what, spec); err != nil {
			return fmt.Errorf("%s: %w", source, err)
		}
	}
	return os.WriteFile(path, []byte(a.String()), 0o644)
}

// readCustoms reads what does not depend on the Kubernetes minor.
func readCustoms(a *archive) (spec, error) {
	all := newSpec()
	for _, c := range customs {
		source, err := download(c.pin)
		if err != nil {
			return spec{}, err
		}
		a.sources = append(a.sources, source.String())
		if err := readCRDs(source, c.files, all); err != nil {
			return spec{}, fmt.Errorf("%s: %w", source, err)
		}
		if c.pin == openshift {
			if err := readOpenShift(source, all); err != nil {
				return spec{}, fmt.Errorf("%s: %w", source, err)
			}
		}
	}
	return all, nil
}

// An archive gathers schemas and the minors that have them.
type archive struct {
	sources []string
	// minors that have a schema, by its name and the text after the minors.
	minors map[[2]string][]string
}

func newArchive() *archive { return &archive{minors: map[[2]string][]string{}} }

// add puts a minor's kinds, and the definitions that they reach, into the archive.
func (a *archive) add(minor string, s spec) error {
	queue := slices.Sorted(maps.Keys(s.roots))
	seen := map[string]bool{}
	for i := 0; i < len(queue); i++ {
		text, ok := s.definitions[queue[i]]
		if kind, isKind := s.roots[queue[i]]; isKind {
			text = kind.String()
		} else if !ok {
			return fmt.Errorf("%q is referred to and not defined", queue[i])
		}
		key := [2]string{queue[i], text}
		a.minors[key] = append(a.minors[key], minor)
		for _, name := range schemas.References(text) {
			if !seen[name] {
				seen[name] = true
				queue = append(queue, name)
			}
		}
	}
	return nil
}

// addWords puts the words of a minor's fields into the archive.
func (a *archive) addWords(minor string, words map[string]string) {
	for name, list := range words {
		key := [2]string{name, list}
		a.minors[key] = append(a.minors[key], minor)
	}
}

// String is the archive's text: the sources, then the sorted lines.
func (a *archive) String() string {
	var lines []string
	for key, minors := range a.minors {
		for _, span := range spans(minors) {
			lines = append(lines, key[0]+" "+span+" "+key[1]+"\n")
		}
	}
	slices.Sort(lines)
	slices.Sort(a.sources)
	return "# source " + strings.Join(a.sources, "\n# source ") + "\n" + strings.Join(lines, "")
}

// spans are the unbroken runs of minors, as "1.30-1.33".
func spans(minors []string) (spans []string) {
	index := func(minor string) int {
		return slices.IndexFunc(kubernetes, func(p pin) bool { return p.what == minor })
	}
	for start := 0; start < len(minors); {
		end := start
		for end+1 < len(minors) && index(minors[end+1]) == index(minors[end])+1 {
			end++
		}
		spans = append(spans, minors[start]+"-"+minors[end])
		start = end + 1
	}
	return spans
}
