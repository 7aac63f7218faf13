package figures

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Table is the report in Markdown, with columns that line up.
func (r Report) Table() string {
	rows := [][]string{{"environments", "work", "efgen", "peer", "takes", "wall", "CPU", "target", ""}}
	for _, f := range r.Figures {
		rows = append(rows, f.row())
	}
	var b strings.Builder
	for i, row := range rows {
		writeRow(&b, row, widths(rows))
		if i == 0 {
			writeRow(&b, dashes(widths(rows)), widths(rows))
		}
	}
	fmt.Fprintf(&b, "\nMedians of runs in turn, by the clock / of processor time / at the peak of the largest process\n")
	fmt.Fprintf(&b, "(%.0f MiB are measured of one that does nothing), on %d processors; wall and CPU are efgen's share of\n", r.Floor, r.Processors)
	fmt.Fprintf(&b, "the peer's, as the median of the pairs. Peers:")
	for _, name := range slices.Sorted(maps.Keys(r.Versions)) {
		fmt.Fprintf(&b, " %s %s", name, r.Versions[name])
	}
	return b.String() + ".\n"
}

func (f Figure) row() []string {
	row := []string{fmt.Sprint(f.Environments), f.Work, f.Efgen.amounts(), "", "", "", "", f.aim(), ""}
	if f.Peer != "" {
		row[3], row[4], row[5], row[6] = f.Peer, f.Other.amounts(), ratio(f.Ratio.Wall), ratio(f.Ratio.CPU)
	}
	if f.Aimed() {
		row[8] = "met"
		if !f.Met() {
			row[8] = "missed"
		}
	}
	return row
}

func (t Taken) amounts() string {
	return fmt.Sprintf("%s / %s / %.0f MiB", seconds(t.Wall), seconds(t.CPU), t.Peak)
}

func seconds(s float64) string {
	if s < 1 {
		return fmt.Sprintf("%.0f ms", s*1000)
	}
	return fmt.Sprintf("%.2f s", s)
}

// ratio keeps two digits that mean something.
func ratio(r float64) string {
	if r < 0.1 {
		return fmt.Sprintf("%.3f", r)
	}
	return fmt.Sprintf("%.2f", r)
}

func (f Figure) aim() string {
	var aims []string
	switch {
	case f.Target.Wall != 0:
		aims = append(aims, fmt.Sprintf("≤ %v", f.Target.Wall))
	case f.Target.CPU != 0:
		aims = append(aims, fmt.Sprintf("CPU ≤ %v", f.Target.CPU))
	}
	if f.Limit.Wall != 0 {
		aims = append(aims, "≤ "+seconds(f.Limit.Wall))
	}
	if f.Limit.Peak != 0 {
		aims = append(aims, fmt.Sprintf("≤ %.0f MiB", f.Limit.Peak))
	}
	return strings.Join(aims, ", ")
}

func widths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

func dashes(widths []int) []string {
	row := make([]string, len(widths))
	for i, width := range widths {
		row[i] = strings.Repeat("-", width)
	}
	return row
}

func writeRow(b *strings.Builder, row []string, widths []int) {
	for i, cell := range row {
		b.WriteString("| " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)) + " ")
	}
	b.WriteString("|\n")
}
