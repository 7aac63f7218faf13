package config_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/schemas"
)

func TestNamesAreSortedStems(t *testing.T) {
	names, problems, err := open(t, "testdata/full").Names()
	require.NoError(t, err)
	assert.Empty(t, problems)
	assert.Equal(t, []string{"everything", "production"}, names)
}

func TestOpenNeedsAFolder(t *testing.T) {
	_, err := config.Open(filepath.Join(t.TempDir(), "missing"), "environments", schemas.Minors())
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestWhatIsNoNameIsNotRead(t *testing.T) {
	folder := open(t, "testdata/full")
	for name, want := range map[string]string{
		"staging":       "environments/staging.yaml:1:1: no such file [EF111]",
		"../production": `no name for an environment`,
		"_base":         `no name for an environment`,
		"":              `no name for an environment`,
	} {
		env, problems := folder.Read(name)
		assert.Nil(t, env)
		require.Len(t, problems, 1, name)
		assert.Contains(t, problems[0].String(), want)
		assert.Equal(t, name, problems[0].Environment)
	}
}

func TestSymbolicLinksStayInsideTheFolder(t *testing.T) {
	outside := environments(t, map[string]string{"secret.yaml": "labels: {a: b}\n"})
	dir := environments(t, map[string]string{
		"files/inside.txt": "inside",
		"outside.yaml":     header + "extends: [_link.yaml]\napplications: {a: {files: {resources: {x: link.txt, y: loop}}}}\n",
		"inside.yaml":      header + "applications: {a: {files: {resources: {x: inside.txt}}}}\n",
	})
	for link, target := range map[string]string{
		"_link.yaml": filepath.Join(outside, "secret.yaml"),
		"link.txt":   filepath.Join(outside, "secret.yaml"),
		"loop":       "loop",
		"inside.txt": "files/inside.txt",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(dir, link)))
	}
	folder := open(t, dir)
	env, problems := folder.Read("inside")
	require.Empty(t, problems)
	assert.Equal(t, "inside", string(env.Contents["inside.txt"]))

	_, problems = folder.Read("outside")
	assert.Equal(t, `environments/outside.yaml:3:11: extends[0]: "_link.yaml": leaves the environments folder [EF109]`+"\n"+
		"    hint: paths are relative to the file that names them\n", report(problems))
}

func TestBoundsOnBytes(t *testing.T) {
	comment := "#" + strings.Repeat("x", 1<<20) + "\n"
	apps := header + "applications: {a: {}}\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"an environment": {map[string]string{"case.yaml": apps + comment}, "environments/case.yaml:1:1: the file is too large: more than 1024 KiB [EF107]"},
		"an extended file": {map[string]string{"case.yaml": apps + "extends: [_base.yaml]\n", "_base.yaml": comment},
			`environments/case.yaml:4:11: extends[0]: "_base.yaml": the file is too large: more than 1024 KiB [EF109]`},
		"a file": {map[string]string{"case.yaml": header + "applications: {a: {files: {resources: {x: x}}}}\n", "x": comment},
			"environments/case.yaml:3:43: applications.a.files.resources.x: the file is too large: more than 1024 KiB [EF107]"},
	} {
		t.Run(name, func(t *testing.T) {
			env, problems := open(t, environments(t, c.files)).Read("case")
			assert.Nil(t, env)
			require.Len(t, problems, 1)
			assert.Equal(t, c.want, problems[0].String())
		})
	}
}

func TestBoundOnAllFilesTogether(t *testing.T) {
	dir := environments(t, map[string]string{"case.yaml": header + "applications: {a: {}}\nschemas: [" +
		strings.Join(manifests(17), ", ") + "]\n"})
	for _, name := range manifests(17) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
		require.NoError(t, os.Truncate(filepath.Join(dir, name), 4<<20))
	}
	_, problems := open(t, dir).Read("case")
	require.Len(t, problems, 1)
	assert.Contains(t, problems[0].String(), "schemas[16]: the file is too large: the files of this environment hold more than 65536 KiB [EF107]")
}

func manifests(n int) (names []string) {
	for i := range n {
		names = append(names, strconv.Itoa(i)+".json")
	}
	return names
}

func TestBoundsOnValues(t *testing.T) {
	many := strings.Repeat("x,", 60_000)
	folder := open(t, environments(t, map[string]string{
		"list.yaml": header + "schemas: [" + many + many + "]\n",
		// Neither of the two files is over the bound.
		"merged.yaml": header + "extends: [_base.yaml]\nschemas: [" + many + "]\n",
		"_base.yaml":  "extraManifests: [" + many + "]\n",
		// Small, but not once its defaults are written out.
		"defaults.yaml": header + "defaults: {env: [" + strings.Repeat("{},", 1000) + "]}\napplications: {" + applications(200) + "}\n",
	}))
	for _, name := range []string{"list", "merged", "defaults"} {
		env, problems := folder.Read(name)
		assert.Nil(t, env)
		require.Len(t, problems, 1, name)
		assert.Equal(t, "EF107", problems[0].Rule)
	}
}

func applications(n int) string {
	var text strings.Builder
	for i := range n {
		text.WriteString("a" + strconv.Itoa(i) + ": {},")
	}
	return text.String()
}

func TestExtendedFilesAreReadOnceAndByManyAtOnce(t *testing.T) {
	const environmentCount = 20
	dir := fleet(t, environmentCount)
	folder := open(t, dir)
	var wait sync.WaitGroup
	for i := range environmentCount {
		wait.Go(func() {
			env, problems := folder.Read("e" + strconv.Itoa(i))
			if assert.Empty(t, problems) {
				assert.EqualValues(t, i%5+1, *env.Applications["ef-kubernetes-app"].Replicas)
			}
		})
	}
	wait.Wait()

	require.NoError(t, os.Remove(filepath.Join(dir, "_base.yaml")))
	_, problems := folder.Read("e0")
	assert.Empty(t, problems)
}

// The bounds on extended files hold whatever was read before: e<i> extends _<i>,
// which is the first of a row of 11-i, and w<i> 8i+1 files.
func TestWhatIsExtendedMeansTheSameInAnyOrder(t *testing.T) {
	const last = 11
	files := map[string]string{"_wide.yaml": "extends: [_10.yaml, _10.yaml, _10.yaml, _11.yaml]\n"}
	var names []string
	for i := 1; i <= last; i++ {
		next, number := "[]", strconv.Itoa(i)
		if i < last {
			next = "[_" + strconv.Itoa(i+1) + ".yaml]"
		}
		files["_"+number+".yaml"] = "extends: " + next + "\nlabels: {l" + number + ": x, last: l" + number + "}\n"
		files["e"+number+".yaml"] = header + "extends: [_" + number + ".yaml]\napplications: {a: {}}\n"
		files["w"+number+".yaml"] = header + "extends: [" + strings.Repeat("_wide.yaml, ", i) + "_11.yaml]\napplications: {a: {}}\n"
		names = append(names, "e"+number, "w"+number)
	}
	dir := environments(t, files)
	alone := map[string]string{}
	broken := 0
	for _, name := range names {
		env, problems := open(t, dir).Read(name)
		alone[name] = report(problems)
		if env != nil {
			alone[name] = strings.Join(env.Inputs, " ") + meaning(t, env)
		} else {
			broken++
		}
	}
	assert.Equal(t, 7, broken, "e1 to e3 and w8 to w11 are beyond the bounds")
	together := open(t, dir)
	for range 3 {
		rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names {
			env, problems := together.Read(name)
			got := report(problems)
			if env != nil {
				got = strings.Join(env.Inputs, " ") + meaning(t, env)
			}
			assert.Equal(t, alone[name], got, "%s after others", name)
		}
	}
}

// fleet is a folder of environments e0, e1 … that extend one file.
func fleet(t testing.TB, n int) string {
	base, err := os.ReadFile("testdata/full/_base.yaml")
	require.NoError(t, err)
	files := map[string]string{"_base.yaml": string(base)}
	for i := range n {
		files["e"+strconv.Itoa(i)+".yaml"] = header + `extends: [_base.yaml]
applications:
  ef-kubernetes-app:
    replicas: ` + strconv.Itoa(i%5+1) + `
    ports: [{name: sb, port: 10000}]
    ingress: {host: e` + strconv.Itoa(i) + `.example.com}
    resources: {limits: {memory: 4Gi}}
`
	}
	return environments(t, files)
}

func BenchmarkReadHundredEnvironments(b *testing.B) {
	dir := fleet(b, 100)
	b.ReportAllocs()
	for b.Loop() {
		folder, err := config.Open(dir, "environments", schemas.Minors())
		require.NoError(b, err)
		for i := range 100 {
			_, problems := folder.Read("e" + strconv.Itoa(i))
			require.False(b, rule.Failed(problems))
		}
		require.NoError(b, folder.Close())
	}
}

func TestTheApplicationsOfAnEnvironmentAreBounded(t *testing.T) {
	folder := open(t, environments(t, map[string]string{
		"most.yaml": header + "applications: {" + applications(250) + "}\n",
		"more.yaml": header + "applications: {" + applications(251) + "}\n",
	}))
	_, problems := folder.Read("most")
	assert.Empty(t, problems)
	_, problems = folder.Read("more")
	require.Len(t, problems, 1)
	assert.Equal(t, "environments/more.yaml:3:15: applications: 251 applications are more than 250 [EF107]", problems[0].String())
}

func TestListsWithoutHonestUseAreBounded(t *testing.T) {
	const patch = "{target: {kind: Service, name: a}, patch: {metadata: {labels: {a: b}}}}"
	list := func(item string, count int) string {
		return "[" + strings.Repeat(item+", ", count-1) + item + "]"
	}
	for field, c := range map[string]struct {
		most  int
		write func(count int) string
		want  string
	}{
		"trustedHosts": {250, func(count int) string {
			return "applications: {a: {image: {tag: \"1\"}, security: {trustedHosts: " + list("a.example.com", count) + "}}}\n"
		}, "environments/case.yaml:3:64: applications.a.security.trustedHosts: 251 items are more than 250 [EF107]"},
		"include": {100, func(count int) string {
			return "applications: {a: {image: {tag: \"1\"}, security: {include: " + list("a.conf", count) + "}}}\n"
		}, "environments/case.yaml:3:59: applications.a.security.include: 101 items are more than 100 [EF107]"},
		"patches": {100, func(count int) string {
			return "applications: {a: {image: {tag: \"1\"}}}\npatches: " + list(patch, count) + "\n"
		}, "environments/case.yaml:4:7311: patches[100]: Service \"a\" has more than 100 patches [EF107]"},
	} {
		folder := open(t, environments(t, map[string]string{"case.yaml": header + c.write(c.most), "a.conf": "a = b\n"}))
		_, problems := folder.Read("case")
		assert.Empty(t, problems, field)
		folder = open(t, environments(t, map[string]string{"case.yaml": header + c.write(c.most+1), "a.conf": "a = b\n"}))
		_, problems = folder.Read("case")
		require.Len(t, problems, 1, field)
		assert.Equal(t, c.want, problems[0].String())
	}
}
