package generate_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	yaml "go.yaml.in/yaml/v4"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"

	"github.com/efgen/efgen/validate/schemas"
)

func TestTheOrderOfKeysChangesNothing(t *testing.T) {
	for name, folder := range cases(t, "testdata/render") {
		t.Run(name, func(t *testing.T) {
			folder = filepath.Join(folder, "environments")
			want := allTexts(t, folder)
			for seed := range uint64(5) {
				permuted := t.TempDir()
				require.NoError(t, os.CopyFS(permuted, os.DirFS(folder)))
				files, err := filepath.Glob(filepath.Join(permuted, "*.yaml"))
				require.NoError(t, err)
				for _, file := range files {
					permute(t, file, rand.New(rand.NewPCG(seed, 0)))
				}
				assertSame(t, want, allTexts(t, permuted), fmt.Sprintf("seed %d", seed))
			}
		})
	}
}

// permute writes the keys of a YAML file in another order.
func permute(t *testing.T, file string, random *rand.Rand) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &document))
	shuffle(&document, random)
	text, err = yaml.Marshal(&document)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o644))
}

func shuffle(node *yaml.Node, random *rand.Rand) {
	for _, child := range node.Content {
		shuffle(child, random)
	}
	if node.Kind == yaml.MappingNode {
		pairs := node.Content
		random.Shuffle(len(pairs)/2, func(i, j int) {
			pairs[2*i], pairs[2*j] = pairs[2*j], pairs[2*i]
			pairs[2*i+1], pairs[2*j+1] = pairs[2*j+1], pairs[2*i+1]
		})
	}
}

func TestRenderingTwiceIsIdenticalSortedAndChangesNoEnvironment(t *testing.T) {
	for name, folder := range cases(t, "testdata/render") {
		folder = filepath.Join(folder, "environments")
		untouched := readAll(t, folder)
		for i, env := range readAll(t, folder) {
			first := render(t, env)
			assert.Equal(t, first, render(t, env), name)
			assert.True(t, slices.IsSortedFunc(first, func(a, b tree.File) int { return strings.Compare(a.Path, b.Path) }), name)
			assert.Equal(t, untouched[i], env, "%s: rendering must not change an environment", name)
		}
	}
}

func TestOneEnvironmentRendersManyTimesAtOnce(t *testing.T) {
	for _, env := range readAll(t, "testdata/render/everything/environments") {
		want := byPath(t, env)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				files, problems := generate.Render(env)
				assert.Empty(t, problems)
				for _, file := range files {
					assert.Equal(t, want[file.Path], string(file.Data))
				}
			})
		}
		group.Wait()
	}
}

// askedFor tells this test's own child which folder to render.
const askedFor = "EFGEN_TEST_RENDER"

func TestMain(m *testing.M) {
	if folder := os.Getenv(askedFor); folder != "" {
		printHashes(folder)
		return
	}
	os.Exit(m.Run())
}

// Zone, locale, the number of processors and the working folder belong to a
// process, so others are asked.
func TestTheMachineChangesNothing(t *testing.T) {
	folder, err := filepath.Abs("testdata/render/everything/environments")
	require.NoError(t, err)
	want := hashes(t, "", folder)
	require.NotEmpty(t, want)
	for _, setting := range [][]string{
		{"TZ=Pacific/Kiritimati"}, {"TZ=America/St_Johns", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8"},
		{"GOMAXPROCS=1"}, {"GOMAXPROCS=7", "HOME=/nonexistent", "HOSTNAME=other", "POD_NAMESPACE=other"},
	} {
		assert.Equal(t, want, hashes(t, t.TempDir(), folder, setting...), setting)
	}
}

// hashes has a process of its own render the environments of a folder.
func hashes(t *testing.T, workingFolder, folder string, settings ...string) string {
	t.Helper()
	test, err := os.Executable()
	require.NoError(t, err)
	child := exec.CommandContext(deadline(t), test)
	child.Dir = workingFolder
	child.Env = append(append(os.Environ(), askedFor+"="+folder), settings...)
	output, err := child.Output()
	require.NoError(t, err)
	return string(output)
}

func printHashes(dir string) {
	folder, err := config.Open(dir, "environments", schemas.Minors())
	if err != nil {
		panic(err)
	}
	names, _, _ := folder.Names()
	for _, name := range names {
		env, _ := folder.Read(name)
		files, _ := generate.Render(env)
		for _, file := range files {
			fmt.Printf("%x  %s/%s\n", sha256.Sum256(file.Data), name, file.Path)
		}
	}
}
