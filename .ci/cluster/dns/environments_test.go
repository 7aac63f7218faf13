package dns

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/parts"
)

// domains are those of the clusters; some end as others do.
var domains = []string{"cluster.local", "a-b.cluster.local", "local", "k8s.example.com", "svc.example.com"}

type environment struct {
	namespace, domain string
	applications      []*application
	manifests         []cluster.Manifest
}

type application struct {
	environment *environment
	name        string
	isMonitor   bool
	// trusts are the other applications whose nodes are to be trusted.
	trusts []string
	// patterns are the trusted hosts of its security.conf; nil if it has none.
	patterns []string
}

func (a *application) String() string { return a.environment.namespace + "/" + a.name }

// generated are production and random environments, the same ones each time, as efgen writes them.
func generated(t *testing.T) (all []*environment) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "environments"), os.DirFS(filepath.Join(parts.Repository(), "environments"))))
	random := rand.New(rand.NewPCG(11, 2))
	for i := range environments {
		text, err := json.Marshal(randomEnvironment(random, i))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("environments/random-%02d.yaml", i)), text, 0o600))
	}
	cluster.BuildEfgen(t).Run(t, dir, 0, "generate", "--env", "production", "--env", "random-*")
	folders, err := filepath.Glob(filepath.Join(dir, "out", "*"))
	require.NoError(t, err)
	require.Len(t, folders, 1+environments)
	for _, folder := range folders {
		all = append(all, read(t, folder, filepath.Join(dir, "environments", filepath.Base(folder)+".yaml")))
	}
	return all
}

// read is an environment as its file asks for it, and as it was generated.
func read(t *testing.T, folder, file string) *environment {
	t.Helper()
	var asked struct {
		Namespace    string
		Cluster      struct{ Domain string }
		Applications map[string]struct {
			Security struct{ TrustApplications []string }
		}
		Monitor any `json:"clusterMonitor"`
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &asked))
	e := &environment{namespace: asked.Namespace, domain: asked.Cluster.Domain}
	if e.namespace == "" {
		e.namespace = filepath.Base(folder)
	}
	if e.domain == "" {
		e.domain = "cluster.local"
	}
	for _, name := range slices.Sorted(maps.Keys(asked.Applications)) {
		conf, err := os.ReadFile(filepath.Join(folder, name, "security.conf"))
		require.NoError(t, err)
		e.applications = append(e.applications, &application{e, name, false, asked.Applications[name].Security.TrustApplications, hosts(t, string(conf))})
	}
	if asked.Monitor != nil {
		e.applications = append(e.applications, &application{environment: e, name: "clustermonitor", isMonitor: true})
	}
	e.manifests, err = cluster.Read(folder)
	require.NoError(t, err)
	e.manifests = slices.DeleteFunc(e.manifests, func(m cluster.Manifest) bool { return filepath.Base(filepath.Dir(m.Path)) == "_gitops" })
	return e
}

var (
	hostList = regexp.MustCompile(`hosts = \[([^\]]*)\]`)
	quoted   = regexp.MustCompile(`"([^"]*)"`)
)

// hosts are the trusted hosts of a security.conf but those that stand for addresses.
func hosts(t *testing.T, conf string) (patterns []string) {
	t.Helper()
	list := hostList.FindStringSubmatch(conf)
	require.NotNil(t, list, conf)
	for _, host := range quoted.FindAllStringSubmatch(list[1], -1) {
		if !strings.HasPrefix(host[1], "${") {
			patterns = append(patterns, host[1])
		}
	}
	require.NotEmpty(t, patterns)
	return patterns
}

type object = map[string]any

// randomEnvironment has names that are much alike, also once dashes are stripped.
func randomEnvironment(random *rand.Rand, number int) object {
	one := func(of int) bool { return random.IntN(of) == 0 }
	taken := map[string]bool{}
	name := func(most int) string {
		for {
			text := []byte{"ab"[random.IntN(2)]}
			for range random.IntN(most) {
				text = append(text, "aab--"[random.IntN(5)])
			}
			text = append(text, "ab1"[random.IntN(3)])
			if stripped := strings.ReplaceAll(string(text), "-", ""); !taken[stripped] {
				taken[stripped] = true
				return string(text)
			}
		}
	}
	applications, names := object{}, []string{}
	for range 1 + random.IntN(3) {
		a := name(10)
		security := object{}
		if len(names) > 0 && one(2) {
			security["trustApplications"] = []string{names[random.IntN(len(names))]}
		}
		fields := object{"image": object{"tag": "1.0.0"}, "replicas": []int{1, 1, 2, 3, 3, 9}[random.IntN(6)], "security": security}
		if one(3) {
			fields["service"] = false
		}
		applications[a], names = fields, append(names, a)
	}
	file := object{
		"apiVersion": "efgen/v1", "kind": "Environment", "registry": object{"host": "registry.example.com"},
		"namespace": fmt.Sprintf("%s-%d", name(8), number), "cluster": object{"domain": domains[random.IntN(len(domains))]},
		"applications": applications,
	}
	if one(3) {
		file["clusterMonitor"] = object{"image": object{"tag": "1.0.0"}}
	}
	return file
}
