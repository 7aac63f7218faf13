package figures_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/.ci/bench/figures"
)

func TestPairOf(t *testing.T) {
	pair := figures.PairOf(
		[]figures.Taken{{Wall: 1, CPU: 2, Peak: 30}, {Wall: 9, CPU: 9, Peak: 30}, {Wall: 2, CPU: 2, Peak: 30}},
		[]figures.Taken{{Wall: 4, CPU: 4, Peak: 60}, {Wall: 18, CPU: 9, Peak: 60}, {Wall: 4, CPU: 8, Peak: 60}},
	)
	require.Equal(t, figures.Pair{
		Pairs: 3,
		Efgen: figures.Taken{Wall: 2, CPU: 2, Peak: 30},
		Other: figures.Taken{Wall: 4, CPU: 8, Peak: 60},
		Ratio: figures.Taken{Wall: 0.5, CPU: 0.5, Peak: 0.5},
	}, pair)
}

func TestMet(t *testing.T) {
	figure := figures.Figure{Pair: figures.Pair{
		Efgen: figures.Taken{Wall: 0.02, CPU: 0.03, Peak: 40}, Ratio: figures.Taken{Wall: 0.3, CPU: 0.4},
	}}
	for name, row := range map[string]struct {
		target, limit figures.Taken
		met           bool
	}{
		"nothing is asked": {met: true},
		"met":              {target: figures.Taken{Wall: 0.3, CPU: 0.4}, limit: figures.Taken{Wall: 0.02, Peak: 40}, met: true},
		"too long":         {target: figures.Taken{Wall: 0.29, CPU: 0.4}},
		"too much work":    {target: figures.Taken{Wall: 0.3, CPU: 0.39}},
		"work alone":       {target: figures.Taken{CPU: 0.4}, met: true},
		"limit of time":    {limit: figures.Taken{Wall: 0.019}},
		"limit of memory":  {limit: figures.Taken{Peak: 39}},
	} {
		t.Run(name, func(t *testing.T) {
			figure.Target, figure.Limit = row.target, row.limit
			require.Equal(t, row.met, figure.Met())
		})
	}
}

func TestUpdateKeepsOtherWork(t *testing.T) {
	of := func(n int, peer string, wall float64) figures.Figure {
		return figures.Figure{Work: "work", Environments: n, Peer: peer, Pair: figures.Pair{Efgen: figures.Taken{Wall: wall}}}
	}
	old := figures.Report{Floor: 9, Figures: []figures.Figure{of(1, "cue", 1), of(100, "cue", 2), of(100, "helm", 3)}}
	updated := old.Update(figures.Report{Floor: 10, Figures: []figures.Figure{of(100, "cue", 4)}})
	require.Equal(t, []figures.Figure{of(1, "cue", 1), of(100, "cue", 4), of(100, "helm", 3)}, updated.Figures)
	require.Equal(t, 10.0, updated.Floor)

	path := filepath.Join(t.TempDir(), "figures.json")
	require.NoError(t, updated.Save(path))
	loaded, err := figures.Load(path)
	require.NoError(t, err)
	require.Equal(t, updated, loaded)
}

func TestTable(t *testing.T) {
	report := figures.Report{
		Versions: map[string]string{"helm": "v3.22.0", "cue": "v0.17.1"}, Processors: 2, Floor: 11.2,
		Figures: []figures.Figure{
			{Work: "generate", Environments: 1, Peer: "cue cmd", Pair: figures.Pair{
				Efgen: figures.Taken{Wall: 0.0123, CPU: 0.02, Peak: 20}, Other: figures.Taken{Wall: 1.5, CPU: 2, Peak: 526},
				Ratio: figures.Taken{Wall: 0.0082, CPU: 0.31},
			}, Target: figures.Taken{Wall: 0.25, CPU: 0.25}, Limit: figures.Taken{Wall: 0.025, Peak: 64}},
			{Work: "validate", Environments: 100, Peer: "kubeconform", Target: figures.Taken{CPU: 1.2}},
			{Work: "generate", Environments: 100, Peer: "helm"},
		},
	}
	want := `
| environments | work     | efgen                  | peer        | takes                     | wall  | CPU   | target                    |        |
| ------------ | -------- | ---------------------- | ----------- | ------------------------- | ----- | ----- | ------------------------- | ------ |
| 1            | generate | 12 ms / 20 ms / 20 MiB | cue cmd     | 1.50 s / 2.00 s / 526 MiB | 0.008 | 0.31  | ≤ 0.25, ≤ 25 ms, ≤ 64 MiB | missed |
| 100          | validate | 0 ms / 0 ms / 0 MiB    | kubeconform | 0 ms / 0 ms / 0 MiB       | 0.000 | 0.000 | CPU ≤ 1.2                 | met    |
| 100          | generate | 0 ms / 0 ms / 0 MiB    | helm        | 0 ms / 0 ms / 0 MiB       | 0.000 | 0.000 |                           |        |
`
	table, notes, _ := strings.Cut(report.Table(), "\n\n")
	require.Equal(t, want, "\n"+table+"\n")
	require.Contains(t, notes, "Peers: cue v0.17.1 helm v3.22.0.\n")
}
