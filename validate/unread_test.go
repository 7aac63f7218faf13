package validate_test

import (
	"path"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate"
)

// spoilt are the ways in which an object may not read.
var spoilt = map[string]func(t *testing.T, text []byte) []byte{
	"no YAML":            func(_ *testing.T, text []byte) []byte { return append([]byte("a: [\n"), text...) },
	"a further document": func(_ *testing.T, text []byte) []byte { return append(text, "...\na: b\n"...) },
	"labels of a wrong type": func(t *testing.T, text []byte) []byte {
		var fields map[string]any
		require.NoError(t, yaml.Unmarshal(text, &fields))
		fields["metadata"].(map[string]any)["labels"] = 5
		text, err := yaml.Marshal(fields)
		require.NoError(t, err)
		return text
	},
}

// One file that does not read is a problem of that file, and blames no other.
func TestWhatDoesNotReadBlamesNoOther(t *testing.T) {
	for i, file := range good(t) {
		if path.Ext(file.Path) != ".yaml" || file.Path == "kustomization.yaml" {
			continue
		}
		for how, spoil := range spoilt {
			files := good(t)
			files[i].Data = spoil(t, file.Data)
			problems := validate.NewChecker().Files(files, factsOf("production"))
			assert.NotEmpty(t, problems, "%s in %s", how, file.Path)
			for _, p := range problems {
				assert.Equal(t, file.Path, p.File, "%s: %s", how, p)
			}
		}
	}
}

// Otherwise the next exception from a rule that is kept back would be refused.
func TestAnExceptionOfACheckThatIsKeptBackMatches(t *testing.T) {
	files := append(good(t), validate.File{Path: "a.yaml", Data: []byte("a: [\n")})
	facts := factsOf("production")
	facts.Policy.Exceptions = []validate.Exception{{Rule: "EF305", Resource: "Service/flow", Reason: "no pods yet"}}
	text := lines(validate.NewChecker().Files(files, facts))
	assert.NotContains(t, text, "EF517")
	assert.Contains(t, lines(validate.NewChecker().Files(good(t), facts)), "EF517")
}
