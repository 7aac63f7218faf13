package yamltree_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

var broken = rule.Rule{ID: "EF199", Severity: rule.Warning}

func TestTheSameMistakeIsReportedOnce(t *testing.T) {
	collector := yamltree.NewCollector(func(field string) string {
		_, after, _ := strings.Cut(field, ".")
		return after
	})
	here, there := rule.Position{File: "a", Line: 1, Column: 2}, rule.Position{File: "a", Line: 2, Column: 2}
	collector.Add(broken, here, "one.x", "do %s", "is %d", 5)
	collector.Add(broken, here, "two.x", "do %s", "is %d", 5)
	collector.Add(broken, here, "two.y", "", "is %d", 5)
	collector.Add(broken, here, "two.x", "", "is %d", 6)
	collector.Add(broken, there, "two.x", "do %s", "is %d", 5)
	assert.Equal(t, rule.Problem{Rule: "EF199", Severity: rule.Warning, File: "a", Line: 1, Column: 2, Field: "one.x", Message: "is 5", Hint: "do %s"}, collector.Problems()[0])
	var fields []string
	for _, p := range collector.Problems() {
		fields = append(fields, p.Field)
	}
	assert.Equal(t, []string{"one.x", "two.y", "two.x", "two.x"}, fields)
}

func TestFieldsBelowAnUnreadOneAreUnread(t *testing.T) {
	collector := yamltree.NewCollector(nil)
	collector.Add(broken, rule.Position{}, "read", "", "is bad")
	collector.AddUnread(broken, rule.Position{}, "a.b", "", "is bad")
	collector.AddParsed([]rule.Problem{{Rule: "EF199", Field: `c["d.e"]`, Message: "100%"}})
	for field, want := range map[string]bool{
		"read": false, "a": false, "a.b": true, "a.b.c": true, "a.b[0].c": true, "a.bc": false, "c": false, `c["d.e"]`: true, `c["d.e"].f`: true, "": false,
	} {
		assert.Equal(t, want, collector.Unread(field), field)
	}
	assert.Equal(t, "100%", collector.Problems()[2].Message)
}

func TestBoundOnProblems(t *testing.T) {
	collector := yamltree.NewCollector(nil)
	for i := range 2000 {
		collector.AddUnread(broken, rule.Position{File: "a", Line: i + 1}, "f", "", "is bad")
	}
	require.Len(t, collector.Problems(), 1000)
	assert.Equal(t, "a:1:1: more than 1000 problems: the rest is left out [EF107]", collector.Problems()[999].String())
}
