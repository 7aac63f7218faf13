// Draw draws the figures that bench keeps, and prints their table: draw FIGURES SVG
package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

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
	if len(args) != 2 {
		return errors.New("usage: draw FIGURES SVG")
	}
	report, err := figures.Load(args[0])
	if err != nil {
		return err
	}
	picture, err := draw(report)
	if err != nil {
		return err
	}
	fmt.Print(report.Table())
	return os.WriteFile(args[1], picture, 0o644)
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
