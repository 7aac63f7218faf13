package main

import (
	"go/ast"
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

// mayImport lists, for each room, the rooms that its production code may import: one
// direction, so that the checker and the generator stay strangers. An import that ends
// in "/" allows all rooms below. A row counts for the rooms below it that have none of
// their own; only those of generate and validate must have one.
var mayImport = map[string][]string{
	"cmd/efgen":                      {"cmd/efgen/internal/", "generate", "generate/", "validate", "validate/"},
	"cmd/efgen/internal/app":         {"cmd/efgen/internal/git", "cmd/efgen/internal/review", "generate", "generate/", "validate", "validate/"},
	"cmd/efgen/internal/git":         {},
	"cmd/efgen/internal/pullrequest": {"generate/tree"},
	"cmd/efgen/internal/report":      {"cmd/efgen/internal/review", "validate/"},
	"cmd/efgen/internal/review":      {"cmd/efgen/internal/review/", "generate/tree", "validate", "validate/"},
	"generate":                       {"generate/", "validate/rule"},
	"generate/config":                {"generate/yamltree", "validate/rule"},
	"generate/hocon":                 {"validate/rule"},
	"generate/manifest":              {"validate/rule"},
	"generate/source":                {"generate/config", "generate/tree", "validate/rule"},
	"generate/tree":                  {},
	"generate/yamltree":              {"validate/rule"},
	"validate":                       {"validate/"},
	"validate/fit":                   {"validate/manifest", "validate/rights", "validate/rule", "validate/schemas", "validate/streaming"},
	"validate/hocon":                 {"validate/rule"},
	"validate/manifest":              {"validate/manifest/", "validate/rule", "validate/schemas"},
	"validate/policy":                {"validate/manifest", "validate/rights", "validate/rule", "validate/schemas", "validate/streaming"},
	"validate/refused":               {"validate/manifest", "validate/rights", "validate/rule", "validate/schemas", "validate/streaming"},
	"validate/rights":                {"validate/manifest", "validate/rule"},
	"validate/rule":                  {},
	"validate/schema":                {"validate/manifest", "validate/manifest/decode", "validate/rule", "validate/schema/", "validate/schemas"},
	"validate/schema/quick":          {"validate/manifest/decode", "validate/rule", "validate/schema/words"},
	"validate/schema/words":          {"validate/manifest/decode", "validate/rule"},
	"validate/schemas":               {},
	"validate/schemas/internal/gen":  {"validate/schemas"},
	"validate/streaming":             {"validate/hocon", "validate/manifest", "validate/rule"},
}

// onlyImporter names the one room that may import a heavy library, or what must happen in
// one place.
var onlyImporter = map[string]string{
	"github.com/alecthomas/kong":                  "cmd/efgen",
	"github.com/aymanbagabas/go-udiff":            "cmd/efgen/internal/report",
	"github.com/google/go-github":                 "cmd/efgen/internal/pullrequest",
	"github.com/gurkankaymak/hocon":               "(tests)",
	"github.com/rogpeppe/go-internal":             "(tests)",
	"github.com/santhosh-tekuri/jsonschema":       "validate/schema",
	"github.com/stretchr/testify":                 "(tests)",
	"github.com/yannh/kubeconform":                "validate/schema",
	"k8s.io/apimachinery/pkg/util/strategicpatch": "generate/manifest",
	"k8s.io/component-helpers":                    "validate/rights",
	"k8s.io/pod-security-admission":               "validate/policy",
	"k8s.io/kube-openapi":                         "validate/schema",
	"os/exec":                                     "cmd/efgen/internal/git",
}

// startsProcesses are rooms for maintainers: a fake for tests, and the program that makes
// the archive of schemas.
var startsProcesses = []string{"cmd/efgen/internal/pullrequest/fakegithub", "validate/schemas/internal/gen"}

const (
	// maxFiles is how many files a room may have, tests not counted.
	maxFiles = 22
	// maxLines is how long a function may be.
	maxLines = 60
)

// moreFiles are the rooms with another bound: a file for each command, and for each kind
// of risk.
var moreFiles = map[string]int{"cmd/efgen": 100, "cmd/efgen/internal/review": 36}

// rowOf is the row of a room, or of the nearest room above it.
func rowOf(room string) (allowed []string, found bool) {
	allowed, found = mayImport[room]
	for above := path.Dir(room); !found && strings.Contains(above, "/"); above = path.Dir(above) {
		allowed, found = mayImport[above]
	}
	return allowed, found
}

// forbidden says what is wrong with an import in production code of a room.
func forbidden(room, imported string) string {
	if own, inModule := strings.CutPrefix(imported, module); inModule {
		allowed, known := rowOf(room)
		if !known {
			return "the room " + room + " is not in the table: say what it may import"
		}
		if !slices.ContainsFunc(allowed, func(a string) bool { return own == a || strings.HasSuffix(a, "/") && strings.HasPrefix(own, a) }) {
			return room + " may not import " + own
		}
	}
	if imported == "os/exec" && slices.Contains(startsProcesses, room) {
		return ""
	}
	for library, importer := range onlyImporter {
		if (imported == library || strings.HasPrefix(imported, library+"/")) && room != importer {
			return "only " + importer + " may import " + imported + ", not " + room
		}
	}
	return ""
}

// A room is the production code of a package.
type room struct {
	files     int
	imports   map[string]bool
	functions map[string]int // name → lines
}

// house reads all rooms of the module.
func house(t *testing.T) map[string]*room {
	root, rooms, set := repository(t), map[string]*room{}, token.NewFileSet()
	require.NoError(t, filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
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
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		r := rooms[path.Dir(shown)]
		if r == nil {
			r = &room{imports: map[string]bool{}, functions: map[string]int{}}
			rooms[path.Dir(shown)] = r
		}
		r.add(t, set, shown, file)
		return nil
	}))
	return rooms
}

func (r *room) add(t *testing.T, set *token.FileSet, name string, file *ast.File) {
	r.files++
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		r.imports[imported] = true
	}
	for _, declared := range file.Decls {
		if f, ok := declared.(*ast.FuncDecl); ok {
			r.functions[name+": "+f.Name.Name] = set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1
		}
	}
}

func isNestedModule(root, folder string) bool {
	found, _ := filepath.Glob(filepath.Join(root, folder, "go.mod"))
	return folder != "." && len(found) > 0
}

func TestRoomsImportInOneDirection(t *testing.T) {
	t.Parallel()
	rooms := house(t)
	for name, r := range rooms {
		for imported := range r.imports {
			if wrong := forbidden(name, imported); wrong != "" {
				t.Error(wrong)
			}
		}
	}
	for name := range mayImport {
		assert.NotNil(t, rooms[name], "the table names %s, which is not there", name)
	}
}

func TestRoomsAndFunctionsAreSmall(t *testing.T) {
	t.Parallel()
	for name, r := range house(t) {
		most, other := moreFiles[name]
		if !other {
			most = maxFiles
		}
		assert.LessOrEqual(t, r.files, most, "files of %s", name)
		for function, lines := range r.functions {
			assert.LessOrEqual(t, lines, maxLines, "lines of %s", function)
		}
	}
}

func TestImportRulesCatchWhatTheyForbid(t *testing.T) {
	t.Parallel()
	for _, bad := range [][2]string{
		{"validate", module + "generate"},
		{"validate", module + "generate/tree"},
		{"validate/manifest", module + "validate/streaming"},
		{"validate/manifest/decode", module + "validate/fit"},
		{"validate/new", module + "validate/rule"},
		{"generate", module + "validate"},
		{"generate/tree", module + "generate/config"},
		{"cmd/efgen/internal/app", module + "cmd/efgen/internal/report"},
		{"cmd/efgen/internal/git", module + "generate/tree"},
		{"cmd/efgen/internal/pullrequest/fakegithub", module + "generate"},
		{"generate", "github.com/alecthomas/kong"},
		{"validate", "github.com/yannh/kubeconform/pkg/validator"},
		{"validate", "github.com/gurkankaymak/hocon"},
		{"generate", "github.com/stretchr/testify/assert"},
		{"generate", "k8s.io/apimachinery/pkg/util/strategicpatch"},
		{"cmd/efgen/internal/app", "os/exec"},
		{"elsewhere", module + "generate"},
	} {
		assert.NotEmpty(t, forbidden(bad[0], bad[1]), "%s imports %s", bad[0], bad[1])
	}
	assert.Empty(t, forbidden("cmd/efgen", module+"generate/config"))
	assert.Empty(t, forbidden("validate/schema/quick", module+"validate/schema/words"))
	assert.Empty(t, forbidden("validate/policy", "k8s.io/pod-security-admission/policy"))
	assert.Empty(t, forbidden("generate", "k8s.io/api/core/v1"))
}
