package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/efgen/efgen/"

// mayImport lists, for each room, the rooms that its production code may use:
// one direction, so that the checker and the generator stay strangers. A room
// ending in "/" stands for all below it, too.
var mayImport = map[string][]string{
	"cmd/efgen":                      {"cmd/efgen/internal/", "generate", "generate/", "validate", "validate/"},
	"cmd/efgen/internal/pullrequest": {"generate/tree"},
	"cmd/efgen/internal/report":      {"cmd/efgen/internal/review", "validate/rule"},
	"cmd/efgen/internal/review":      {"generate/tree", "validate", "validate/"},
	"generate":                       {"generate/", "validate/rule"},
	"generate/config":                {"validate/rule"},
	"generate/hocon":                 {"validate/rule"},
	"generate/manifest":              {"validate/rule"},
	"generate/tree":                  {},
	"validate":                       {"validate/"},
	"validate/hocon":                 {"validate/rule"},
	"validate/internal/corpus":       {"validate/manifest"},
	"validate/manifest":              {"validate/rule"},
	"validate/rule":                  {},
	"validate/schema":                {"validate/manifest", "validate/rule", "validate/schema/", "validate/schemas"},
	"validate/schema/quick":          {"validate/rule", "validate/schema/words"},
	"validate/schema/words":          {"validate/rule"},
	"validate/schemas":               {},
	"validate/schemas/internal/gen":  {"validate/schemas"},
}

// onlyImporter names the one room that may use a heavy library.
var onlyImporter = map[string]string{
	"github.com/alecthomas/kong":                  "cmd/efgen",
	"github.com/yannh/kubeconform":                "validate/schema",
	"k8s.io/pod-security-admission":               "validate",
	"github.com/gurkankaymak/hocon":               "(tests)",
	"github.com/google/go-github":                 "cmd/efgen/internal/pullrequest",
	"k8s.io/component-helpers":                    "cmd/efgen/internal/review",
	"github.com/aymanbagabas/go-udiff":            "cmd/efgen/internal/report",
	"github.com/stretchr/testify":                 "(tests)",
	"github.com/rogpeppe/go-internal":             "(tests)",
	"github.com/santhosh-tekuri/jsonschema":       "validate/schema",
	"k8s.io/kube-openapi":                         "validate/schema",
	"k8s.io/apimachinery/pkg/util/strategicpatch": "(tests)",
}

// judgeImport says what is wrong with an import in production code of a room.
func judgeImport(room, imported string) string {
	if own, inModule := strings.CutPrefix(imported, module); inModule {
		allowed, known := mayImport[room]
		if !known {
			return "the room " + room + " is not in the table: say what it may import"
		}
		if !slices.ContainsFunc(allowed, func(a string) bool { return own == a || strings.HasSuffix(a, "/") && strings.HasPrefix(own, a) }) {
			return room + " may not import " + own
		}
	}
	for library, importer := range onlyImporter {
		if (imported == library || strings.HasPrefix(imported, library+"/")) && room != importer {
			return "only " + importer + " may import " + imported + ", not " + room
		}
	}
	return ""
}

func TestRoomsImportInOneDirection(t *testing.T) {
	root := filepath.Join("..", "..")
	rooms := map[string]bool{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		shown, err := filepath.Rel(root, name)
		require.NoError(t, err)
		shown = filepath.ToSlash(shown)
		if entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == ".git" || isNestedModule(root, shown)) {
			return fs.SkipDir
		}
		if path.Ext(shown) != ".go" || strings.HasSuffix(shown, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		require.NoError(t, err)
		room := path.Dir(shown)
		rooms[room] = true
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			assert.Empty(t, judgeImport(room, imported), shown)
		}
		return nil
	})
	require.NoError(t, err)
	for room := range mayImport {
		assert.True(t, rooms[room], "the table names %s, which is not there", room)
	}
}

func isNestedModule(root, folder string) bool {
	found, _ := filepath.Glob(filepath.Join(root, folder, "go.mod"))
	return folder != "." && len(found) > 0
}

func TestImportRulesCatchWhatTheyForbid(t *testing.T) {
	for _, bad := range [][2]string{
		{"validate", module + "generate"},
		{"validate", module + "generate/tree"},
		{"generate", module + "validate"},
		{"generate/tree", module + "generate/config"},
		{"generate", "github.com/alecthomas/kong"},
		{"validate", "github.com/yannh/kubeconform/pkg/validator"},
		{"validate", "github.com/gurkankaymak/hocon"},
		{"generate", "github.com/stretchr/testify/assert"},
		{"generate/manifest", "k8s.io/apimachinery/pkg/util/strategicpatch"},
		{"elsewhere", module + "generate"},
	} {
		assert.NotEmpty(t, judgeImport(bad[0], bad[1]), "%s imports %s", bad[0], bad[1])
	}
	assert.Empty(t, judgeImport("cmd/efgen", module+"generate/config"))
	assert.Empty(t, judgeImport("validate", "k8s.io/pod-security-admission/policy"))
	assert.Empty(t, judgeImport("generate", "k8s.io/api/core/v1"))
}
