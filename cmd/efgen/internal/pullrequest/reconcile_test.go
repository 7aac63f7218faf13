package pullrequest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/tree"
)

func TestReconcile(t *testing.T) {
	for _, c := range states {
		t.Run(c.name, func(t *testing.T) {
			s := prepared(t, c)
			before := snapshotOf(s)

			result, err := reconcile(t, s, c.want, Options{DryRun: true, Overwrite: c.options.Overwrite, Reopen: c.options.Reopen})
			assert.Equal(t, c.operation, result.Operation, "%v", err)
			assert.Equal(t, before, snapshotOf(s), "a dry run writes nothing")
			assert.Equal(t, c.writes > 0, len(result.Steps) > 0)

			s.Forget()
			result, err = reconcile(t, s, c.want, c.options)
			assert.Equal(t, c.operation, result.Operation, "%v", err)
			assert.Equal(t, c.operation == Blocked, err != nil)
			assert.Equal(t, proposalBranch, result.Branch)
			assert.NotEmpty(t, result.Message)
			assert.Equal(t, c.writes, len(s.Writes()), "%+v", s.Writes())
			after := snapshotOf(s)
			assert.Equal(t, []any{before.Main, before.Release}, []any{after.Main, after.Release}, "the base is not efgen's")
			if c.writes == 0 {
				assert.Equal(t, before, after)
				return
			}
			if result.Operation == Closed {
				assert.Nil(t, after.Proposed)
				assert.Empty(t, s.OpenPulls())
				return
			}
			assertProposed(t, c.want, after)
			assert.Equal(t, s.Head(proposalBranch), result.HeadSHA)
			assert.True(t, result.Verified)

			again, err := reconcile(t, s, c.want, c.options)
			require.NoError(t, err)
			assert.Equal(t, None, again.Operation, "a second run finds nothing to do")
			assert.Equal(t, after, snapshotOf(s))
		})
	}
}

// assertProposed holds a proposal against what it is to be: the base, with the
// wanted files in place of efgen's own.
func assertProposed(t *testing.T, w Want, f snapshot) {
	t.Helper()
	expected := map[string]string{}
	base := f.Main
	if w.Base == "release" {
		base = f.Release
	}
	ledger, _ := tree.ParseLedger([]byte(base[w.Path+"/"+tree.LedgerName]))
	for p, text := range base {
		if _, owned := ledger[trimmed(p, w.Path)]; !owned {
			expected[p] = text
		}
	}
	for p, text := range deployed(w) {
		expected[p] = text
	}
	assert.Equal(t, expected, f.Proposed)
	last := f.Pulls[len(f.Pulls)-1]
	assert.Equal(t, "open", last.State)
	for _, p := range f.Pulls {
		assert.True(t, p.State == "closed" || p.Base == last.Base, "no other base gets what this one holds: %+v", p)
	}
	digest, setup := regionOf(last.Body)
	assert.Equal(t, w.digest(), digest)
	assert.False(t, setup)
	assert.NotContains(t, last.Body, w.Source.Commit+"\n", "the same content from a newer commit is no update")
	assert.Equal(t, []any{w.Labels, w.Reviewers, w.TeamReviewers, w.Assignees}, []any{last.Labels, last.Reviewers, last.Teams, last.Assignees})
	if strings.Contains(last.Body, "Mine.") {
		assert.True(t, strings.HasPrefix(last.Body, "Mine.\n\n"+beginMark) && strings.HasSuffix(last.Body, endMark+"\n\nToo."), last.Body)
	}
}
