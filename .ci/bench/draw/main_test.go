package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/.ci/bench/figures"
)

var report = figures.Report{Figures: []figures.Figure{
	figure(1, "kustomize build", 0.02, 0.07),
	figure(100, "cue cmd", 0.21, 0.81),
	figure(100, "kustomize build", 0.22, 5.92),
	{Work: "diff", Environments: 1000},
}}

func figure(n int, peer string, efgen, other float64) figures.Figure {
	return figures.Figure{Work: figures.Everything, Environments: n, Peer: peer, Pair: figures.Pair{
		Efgen: figures.Taken{Wall: efgen, CPU: 2 * efgen}, Other: figures.Taken{Wall: other, CPU: 2 * other},
	}}
}

func TestDraw(t *testing.T) {
	picture, err := draw(report)
	require.NoError(t, err)
	again, err := draw(report)
	require.NoError(t, err)
	require.Equal(t, picture, again)
	texts := textsOf(t, string(picture))
	for _, want := range []string{"efgen", "cue cmd", "kustomize build", "0.21", "0.42", "0.81", "5.92", "11.84", "100 × 12 manifests: seconds, less is better"} {
		require.Contains(t, texts, want)
	}
	require.NotContains(t, texts, "0.07", "another number of environments")
}

// TestCommitted holds the picture and the page against the figures beside them.
func TestCommitted(t *testing.T) {
	kept, err := figures.Load("../figures.json")
	require.NoError(t, err)
	if len(kept.Figures) == 0 {
		t.Skip("no figures are kept yet")
	}
	want, err := draw(kept)
	require.NoError(t, err)
	got, err := os.ReadFile("../../../.github/benchmarks.svg")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "run .ci/bench/run -save")
	page, err := os.ReadFile("../../../.github/benchmarks.md")
	require.NoError(t, err)
	current, err := insert(string(page), kept.Table())
	require.NoError(t, err)
	require.Equal(t, current, string(page), "run .ci/bench/run -save")
}

func TestInsert(t *testing.T) {
	page := "# A\n\n" + begin + "old\n" + end + "\n\nb\n"
	got, err := insert(page, "| new |\n")
	require.NoError(t, err)
	require.Equal(t, "# A\n\n"+begin+"\n| new |\n\n"+end+"\n\nb\n", got)
	for _, page := range []string{"", begin, end, end + begin} {
		_, err := insert(page, "| new |\n")
		require.Error(t, err, "%q", page)
	}
}

func TestNothingToDraw(t *testing.T) {
	_, err := draw(figures.Report{})
	require.EqualError(t, err, "there are no figures to draw")
}

// textsOf reads a picture's texts, and proves that it is XML.
func textsOf(t *testing.T, picture string) (texts []string) {
	decoder := xml.NewDecoder(strings.NewReader(picture))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		require.NoError(t, err)
		if text, ok := token.(xml.CharData); ok {
			texts = append(texts, string(text))
		}
	}
}
