package apiserver

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/parts"
	"github.com/efgen/efgen/.ci/cluster/proof"
)

// TestChanges brings a cluster from the old to the new side of every change that is
// known here: the API server has to refuse the objects of which efgen diff says that it
// will, and no others.
func TestChanges(t *testing.T) {
	c := cluster.Start(t, cluster.Options{})
	prepare(t, c)
	applyText(t, c, `{apiVersion: storage.k8s.io/v1, kind: StorageClass, provisioner: example.com/disk, allowVolumeExpansion: true,
		metadata: {name: disk, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}}`)
	efgen := cluster.BuildEfgen(t)
	started, count, refusals := time.Now(), 0, 0
	changes := append(reviewed(t), ofOneObject(t)...)
	for _, ch := range changes {
		t.Run(ch.name, func(t *testing.T) {
			old, new := ch.render(t, efgen)
			foretold := ch.foretold(t, efgen)
			new = slices.DeleteFunc(new, func(m cluster.Manifest) bool {
				return slices.ContainsFunc(old, func(o cluster.Manifest) bool { return o.ID() == m.ID() && bytes.Equal(o.Text, m.Text) })
			})
			if ch.refused != nil {
				old = slices.DeleteFunc(old, beside)
			}
			got := refused(t, c, judged(t, c, old), judged(t, c, new))
			assert.Equal(t, foretold, got)
			if ch.refused != nil {
				assert.Equal(t, *ch.refused, len(got) > 0, "whether it is refused")
			}
			count, refusals = count+1, refusals+len(got)
		})
	}
	require.Positive(t, refusals)
	t.Logf("%d changes, %d objects refused", count, refusals)
	proof.Record(t, "the API server refuses what review calls refused, and nothing else", c.Versions(), count, "changes", started)
}

// A change is an environment before and after.
type change struct {
	name    string
	files   map[string]string // as cases_test.go of review tells
	refused *bool             // whether the API server refuses an object, if that is known
	dir     string            // where efgen runs
}

const cases = "cmd/efgen/internal/review/testdata"

// reviewed are the labelled changes that review itself is tested with.
func reviewed(t *testing.T) (all []*change) {
	t.Helper()
	var paths []string
	for _, folder := range []string{"cases", "levels"} {
		found, err := filepath.Glob(filepath.Join(parts.Repository(), cases, folder, "*.txtar"))
		require.NoError(t, err)
		require.NotEmpty(t, found, folder)
		paths = append(paths, found...)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		require.NoError(t, err)
		ch := &change{name: strings.TrimSuffix(filepath.Base(path), ".txtar"), files: map[string]string{}}
		for _, file := range archive.Files {
			ch.files[file.Name] = string(file.Data)
		}
		all = append(all, ch)
	}
	return all
}

// ofOneObject are the changes of the table that review is tested with, too.
func ofOneObject(t *testing.T) (all []*change) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts.Repository(), cases, "refusals.yaml"))
	require.NoError(t, err)
	var table struct {
		Bases   map[string]any
		Changes []struct {
			Of, Name string
			Refused  *bool
			Old, New any
		}
	}
	require.NoError(t, yaml.UnmarshalStrict(text, &table))
	environment := "apiVersion: efgen/v1\nkind: Environment\nextends: [_base.yaml]\n"
	for _, row := range table.Changes {
		require.NotNil(t, row.Refused, row.Name)
		old := laidOver(table.Bases[row.Of], row.Old)
		all = append(all, &change{name: row.Of + ", " + row.Name, refused: row.Refused, files: map[string]string{
			"old.yaml": environment, "old extra/object.yaml": jsonOf(t, old),
			"new.yaml": environment, "new extra/object.yaml": jsonOf(t, laidOver(old, row.New)),
		}})
	}
	return all
}

// laidOver puts the fields of a patch in the place of the base's; null takes one away.
func laidOver(base, patch any) any {
	over, isMapping := patch.(map[string]any)
	under, _ := base.(map[string]any)
	switch {
	case patch == nil:
		return base
	case !isMapping:
		return patch
	}
	merged := map[string]any{}
	maps.Copy(merged, under)
	for key, value := range over {
		if value == nil {
			delete(merged, key)
		} else {
			merged[key] = laidOver(under[key], value)
		}
	}
	return merged
}

// jsonOf is the value as JSON, which is YAML too.
func jsonOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.MarshalIndent(value, "", "  ")
	require.NoError(t, err)
	return string(text)
}

// beside is whether a manifest has nothing to do with a change of one object, which needs
// a namespace and an account.
func beside(m cluster.Manifest) bool {
	return !strings.Contains(m.Path, "/extra/") && m.Object.GetKind() != "Namespace" && m.Object.GetKind() != "ServiceAccount"
}

func (ch *change) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(ch.dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// render generates both sides, and leaves the environment as the new one is.
func (ch *change) render(t *testing.T, efgen cluster.Efgen) (old, new []cluster.Manifest) {
	t.Helper()
	ch.dir = t.TempDir()
	base, err := os.ReadFile(filepath.Join(parts.Repository(), cases, "_base.yaml"))
	require.NoError(t, err)
	ch.write(t, "environments/_base.yaml", string(base))
	for name, text := range ch.files {
		if !strings.Contains(name, " ") && name != "old.yaml" && name != "new.yaml" && name != "risks" && name != "levels" {
			ch.write(t, "environments/"+name, text)
		}
	}
	return ch.side(t, efgen, "old"), ch.side(t, efgen, "new")
}

// side generates one side, and adds what somebody is to have written by hand. The
// environment is left with such extra manifests in it, which diff does not judge, but
// generate would.
func (ch *change) side(t *testing.T, efgen cluster.Efgen, side string) []cluster.Manifest {
	t.Helper()
	folder := filepath.Join(ch.dir, side, "production")
	environment := filepath.Join(ch.dir, "environments", "production.yaml")
	text, found := ch.files[side+".yaml"]
	if !found {
		require.NoError(t, os.RemoveAll(environment))
		// A base that holds nothing of the environment would be an error.
		ch.write(t, side+"/production/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n")
		return nil
	}
	ch.write(t, "environments/production.yaml", text)
	efgen.Run(t, ch.dir, 0, "generate", "--env", "production", "--out", side)
	// The ledger knows nothing of what follows.
	require.NoError(t, os.Remove(filepath.Join(folder, "efgen.lock")))
	var extra []string
	for name, text := range ch.files {
		path, found := strings.CutPrefix(name, side+" ")
		if !found {
			continue
		}
		ch.write(t, side+"/production/"+path, text)
		if strings.HasPrefix(path, "extra/") {
			ch.write(t, "environments/"+path, text)
			extra = append(extra, path)
		}
	}
	if extra != nil {
		ch.write(t, "environments/production.yaml", text+"\nextraManifests: ["+strings.Join(extra, ", ")+"]\n")
	}
	manifests, err := cluster.Read(folder)
	require.NoError(t, err)
	return manifests
}

const refusal = "the API server will refuse this"

// foretold are the objects that efgen diff calls refused.
func (ch *change) foretold(t *testing.T, efgen cluster.Efgen) []string {
	t.Helper()
	out := efgen.Run(t, ch.dir, 0, "diff", "--all", "--base", "old", "--format", "json")
	var report struct {
		Changes []struct {
			Kind, Name string
			Risks      []struct{ Level, Message string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	found := map[string]bool{}
	for _, d := range report.Changes {
		for _, risk := range d.Risks {
			if strings.HasPrefix(risk.Message, refusal) {
				assert.Equal(t, "blocking", risk.Level)
				found[d.Kind+"/"+d.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// refused applies the old objects and then those that change, and returns those that the
// API server does not take. The cluster is left as it was.
func refused(t *testing.T, c *cluster.Cluster, old, new []cluster.Manifest) []string {
	t.Helper()
	defer remove(t, c, append(slices.Concat(new, old), placed(t, c, slices.Concat(old, new))...))
	for _, m := range old {
		apply(t, c, m, false)
		if m.Object.GetKind() == "PersistentVolumeClaim" {
			bind(t, c, m)
		}
	}
	found := map[string]bool{}
	for _, m := range new {
		_, err := c.Apply(t.Context(), m, false)
		if apierrors.IsInvalid(err) || apierrors.IsForbidden(err) {
			found[m.Object.GetKind()+"/"+m.Object.GetName()] = true
			t.Log(err)
		} else {
			require.NoError(t, err)
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// judged are the manifests that the API server can judge by itself: it serves their kinds,
// and they do not decide on the requests that follow, or answer them.
func judged(t *testing.T, c *cluster.Cluster, manifests []cluster.Manifest) []cluster.Manifest {
	t.Helper()
	return slices.DeleteFunc(slices.Clone(manifests), func(m cluster.Manifest) bool {
		switch m.Object.GroupVersionKind().Group {
		case "admissionregistration.k8s.io", "apiregistration.k8s.io":
			return true
		}
		_, err := c.Resource(m.Object)
		if !meta.IsNoMatchError(err) {
			require.NoError(t, err)
		}
		return err != nil
	})
}

// placed makes the namespaces that objects are in, with the account that pods run as where
// none is named: no controllers run. It returns what was not there.
func placed(t *testing.T, c *cluster.Cluster, manifests []cluster.Manifest) (made []cluster.Manifest) {
	t.Helper()
	names := map[string]bool{"production": true}
	for _, m := range manifests {
		if name := m.Object.GetNamespace(); name != "" {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		namespace := parse(t, `{apiVersion: v1, kind: Namespace, metadata: {name: `+name+`}}`)
		resource, err := c.Resource(namespace.Object)
		require.NoError(t, err)
		if _, err := resource.Get(t.Context(), name, metav1.GetOptions{}); err == nil {
			continue
		}
		for _, m := range []cluster.Manifest{namespace, parse(t, `{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: `+name+`}}`)} {
			apply(t, c, m, false)
			made = append(made, m)
		}
	}
	return made
}
