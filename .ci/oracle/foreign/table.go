package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// A row counts the errors of one rule.
type row struct{ errors, shared, explained, unexplained int }

func (r *row) add(f finding) {
	r.errors++
	switch {
	case f.shared:
		r.shared++
	case f.why != "":
		r.explained++
	default:
		r.unexplained++
	}
}

func (r row) print(w io.Writer, name string) {
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t\n", name, r.errors, r.shared, r.explained, r.unexplained)
}

func printTable(out io.Writer, units []unit, findings []finding) {
	printSources(out, units)
	var total row
	rows := map[string]*row{}
	for _, f := range findings {
		if rows[f.Rule] == nil {
			rows[f.Rule] = &row{}
		}
		rows[f.Rule].add(f)
		total.add(f)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "rule\terrors\tshared\texplained\tunexplained\t")
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		rows[name].print(w, name)
	}
	total.print(w, "all")
	w.Flush()
}

func printSources(out io.Writer, units []unit) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "module\tunits\tfiles\tobjects\t")
	counts, all := map[string][3]int{}, [3]int{}
	for _, u := range units {
		n := counts[u.module]
		for i, more := range []int{1, len(u.files), len(u.objects)} {
			n[i] += more
			all[i] += more
		}
		counts[u.module] = n
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t\n", name, counts[name][0], counts[name][1], counts[name][2])
	}
	fmt.Fprintf(w, "all\t%d\t%d\t%d\t\n", all[0], all[1], all[2])
	w.Flush()
	fmt.Fprintln(out)
}

// printErrors lists every error, with what speaks for it.
func printErrors(out io.Writer, findings []finding) {
	for _, f := range findings {
		state := "unexplained"
		switch {
		case f.shared:
			state = "shared"
		case f.why != "":
			state = "explained"
		}
		fmt.Fprintf(out, "%s: %s: %s: %s: %s [%s]\n", state, f.place(), f.Manifest, f.Field, f.Message, f.Rule)
	}
}
