// Draw draws the figures that bench keeps, and puts their table into a page, between two
// comments: draw FIGURES SVG PAGE
package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/go-analyze/charts"

	"github.com/efgen/efgen/.ci/bench/figures"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "draw:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return errors.New("usage: draw FIGURES SVG PAGE")
	}
	report, err := figures.Load(args[0])
	if err != nil {
		return err
	}
	picture, err := draw(report)
	if err != nil {
		return err
	}
	page, err := os.ReadFile(args[2])
	if err != nil {
		return err
	}
	text, err := insert(string(page), report.Table())
	if err != nil {
		return fmt.Errorf("%s: %w", args[2], err)
	}
	return errors.Join(os.WriteFile(args[1], picture, 0o644), os.WriteFile(args[2], []byte(text), 0o644))
}

const begin, end = "<!-- figures -->\n", "<!-- end of the figures -->"

// insert replaces what is between the comments.
func insert(page, table string) (string, error) {
	before, rest, found := strings.Cut(page, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("there is no %q with a %q after it", begin, end)
	}
	return before + begin + "\n" + table + "\n" + end + after, nil
}

// bars are one for each tool, the same work for all.
type bars struct {
	environments int
	names        []string
	wall, cpu    []float64
}

// generating picks the work that all tools do, for the most environments that all were
// measured on.
func generating(report figures.Report) (b bars) {
	for _, f := range report.Figures {
		if f.Work != figures.Everything || f.Environments < b.environments {
			continue
		}
		if f.Environments > b.environments {
			b = bars{environments: f.Environments, names: []string{"efgen"}, wall: []float64{f.Efgen.Wall}, cpu: []float64{f.Efgen.CPU}}
		}
		b.names = append(b.names, f.Peer)
		b.wall, b.cpu = append(b.wall, f.Other.Wall), append(b.cpu, f.Other.CPU)
	}
	// The first bar is drawn at the bottom.
	slices.Reverse(b.names)
	slices.Reverse(b.wall)
	slices.Reverse(b.cpu)
	return b
}

func draw(report figures.Report) ([]byte, error) {
	b := generating(report)
	if b.environments == 0 {
		return nil, errors.New("there are no figures to draw")
	}
	options := charts.NewBarChartOptionWithData([][]float64{b.wall, b.cpu})
	options.Horizontal = true
	options.Title.Text = fmt.Sprintf("%d × 12 manifests: seconds, less is better", b.environments)
	options.Title.Subtext = "efgen also checks them all; the others render only"
	options.Legend.SeriesNames = []string{"by the clock", "of processor time"}
	options.Title.FontStyle.FontSize, options.Title.SubtextFontStyle.FontSize = 14, 11
	options.Legend.Offset = charts.OffsetStr{Left: charts.PositionRight, Top: charts.PositionBottom}
	options.CategoryAxis.Labels = b.names
	options.ValueAxis[0].Show = charts.Ptr(false)
	options.Padding = charts.NewBox(20, 20, 60, 20)
	for i := range options.SeriesList {
		options.SeriesList[i].Label.Show = charts.Ptr(true)
		options.SeriesList[i].Label.ValueFormatter = func(s float64) string { return fmt.Sprintf("%.2f", s) }
	}
	painter := charts.NewPainter(charts.PainterOptions{
		OutputFormat: charts.ChartOutputSVG, Width: 720, Height: 110 + 50*len(b.names),
	})
	if err := painter.BarChart(options); err != nil {
		return nil, err
	}
	return painter.Bytes()
}
