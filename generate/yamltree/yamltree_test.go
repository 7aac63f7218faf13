package yamltree_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// A ship has a field of every type that can be decoded.
type ship struct {
	Hull
	Name    string                       `json:"name"`
	Rig     rig                          `json:"rig,omitempty"`
	Crew    *int32                       `json:"crew,omitempty"`
	Miles   int64                        `json:"miles,omitempty"`
	Afloat  bool                         `json:"afloat,omitempty"`
	Decks   []deck                       `json:"decks,omitempty"`
	Boats   map[string]*deck             `json:"boats,omitempty"`
	Cargo   map[string]resource.Quantity `json:"cargo,omitempty"`
	Ballast intstr.IntOrString           `json:"ballast,omitzero"`
	Built   metav1.Time                  `json:"built,omitzero"`
	Engine  yamltree.Switch[engine]      `json:"engine,omitzero"`
	Stores  *corev1.Volume               `json:"stores,omitempty"`
	Log     map[string]any               `json:"log,omitempty"`
	Remark  any                          `json:"remark,omitempty"`
	Owner   string                       `json:"-"`
}

// Hull is embedded, as encoding/json has it.
type Hull struct {
	Length int32 `json:"length,omitempty"`
}

type deck struct {
	Name  string `json:"name"`
	Level *int32 `json:"level,omitempty"`
}

type engine struct {
	Power int32 `json:"power,omitempty"`
}

type rig string

func (rig) Values() []string { return []string{"sloop", "ketch", "schooner"} }

var format = yamltree.Format{MergeKeyHint: "write it twice", SecondDocumentHint: "write another file"}

// parse parses a file without problems.
func parse(t *testing.T, name, text string) *yamltree.Node {
	t.Helper()
	root, problems := format.Parse(name, []byte(text))
	require.Empty(t, problems)
	require.NotNil(t, root)
	return root
}

// read decodes a file, and returns the problems as people see them.
func read(t *testing.T, text string) (made ship, problems []string) {
	t.Helper()
	root, found := format.Parse("ship.yaml", []byte(text))
	collector := yamltree.NewCollector(nil)
	collector.AddParsed(found)
	if root != nil {
		decoder := yamltree.Decoder{Problems: collector}
		decoder.Decode(root, "", &made)
	}
	return made, lines(collector.Problems())
}

func lines(problems []rule.Problem) (all []string) {
	for _, p := range problems {
		all = append(all, strings.TrimSpace(strings.TrimPrefix(p.String(), "ship.yaml:")+" "+p.Hint))
	}
	return all
}

func TestEveryRuleIsDocumented(t *testing.T) {
	previous := ""
	for _, r := range yamltree.Rules {
		assert.Less(t, previous, r.ID)
		previous = r.ID
		for _, text := range []string{r.Title, r.Why, r.Example, r.Fix, string(r.Severity)} {
			assert.NotEmpty(t, text, r.ID)
		}
	}
}
