package validate_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/fit"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/policy"
	"github.com/efgen/efgen/validate/refused"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

// rulesWritten are the IDs of all rules in the source of a package.
func rulesWritten(t *testing.T, folder string) (ids []string) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(node ast.Node) bool {
			pair, isPair := node.(*ast.KeyValueExpr)
			if !isPair {
				return true
			}
			key, isName := pair.Key.(*ast.Ident)
			value, isText := pair.Value.(*ast.BasicLit)
			if isName && isText && key.Name == "ID" {
				id, err := strconv.Unquote(value.Value)
				require.NoError(t, err)
				ids = append(ids, id)
			}
			return true
		})
	}
	return ids
}

// A row that is written and not listed would never be checked.
func TestEveryRowIsListedOnceInOrder(t *testing.T) {
	for folder, family := range map[string]struct {
		ids  string
		rows []rule.Row[*manifest.Set]
		// others are rules without a check of their own.
		others []rule.Rule
	}{
		"refused":   {`^EF207$`, refused.Rows, nil},
		"fit":       {`^EF3\d\d$`, fit.Rows, fit.Rules},
		"streaming": {`^EF4\d\d$`, streaming.Rows, nil},
		"policy":    {`^EF5\d\d$`, policy.Rows, nil},
	} {
		t.Run(folder, func(t *testing.T) {
			var listed []string
			for _, row := range family.rows {
				assert.NotNil(t, row.Check, row.ID)
				listed = append(listed, row.ID)
			}
			assert.IsIncreasing(t, listed)
			for _, other := range family.others {
				listed = append(listed, other.ID)
			}
			assert.ElementsMatch(t, listed, rulesWritten(t, folder))
			for _, id := range listed {
				assert.Regexp(t, regexp.MustCompile(family.ids), id)
			}
		})
	}
}
