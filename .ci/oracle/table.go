package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// A row counts the mutations of one kind of fault.
type row struct{ mutations, refused, foretold, stricter, falsely int }

func (r *row) add(v verdict) {
	r.mutations++
	if len(v.reasons) > 0 {
		r.refused++
	}
	if v.foretold() {
		r.foretold++
	}
	if v.stricter() {
		r.stricter++
	}
	if v.falselyRefused() {
		r.falsely++
	}
}

func (r row) print(w io.Writer, name string) {
	share := "-"
	if r.refused > 0 {
		share = fmt.Sprintf("%d %%", 100*r.foretold/r.refused)
	}
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\t%d\t%d\t\n", name, r.mutations, r.refused, r.foretold, share, r.stricter, r.falsely)
}

// printTable prints what was measured, and is an error if it is not good enough.
func printTable(out io.Writer, verdicts []verdict) error {
	var total row
	byFault, byObject := map[string]*row{}, map[string]*row{}
	for _, v := range verdicts {
		total.add(v)
		countIn(byFault, v.fault, v)
		countIn(byObject, v.of, v)
	}
	for _, title := range []string{"fault", "object"} {
		rows := byFault
		if title == "object" {
			rows = byObject
		}
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintf(w, "%s\tmutations\trefused\tforetold\t\tschema stricter\tfalsely refused\t\n", title)
		for _, name := range slices.Sorted(maps.Keys(rows)) {
			rows[name].print(w, name)
		}
		total.print(w, "all")
		w.Flush()
		fmt.Fprintln(out)
	}
	switch {
	case total.mutations < leastMutations:
		return fmt.Errorf("%d mutations are too few, there must be %d", total.mutations, leastMutations)
	case total.falsely > 0:
		return fmt.Errorf("%d objects are refused that the API server accepts; `.ci/oracle/run misses` lists them", total.falsely)
	case float64(total.foretold) < leastForetold*float64(total.refused):
		return fmt.Errorf("%d of %d refusals are foretold, less than %.0f %%; `.ci/oracle/run misses` lists the others", total.foretold, total.refused, 100*leastForetold)
	}
	return nil
}

func countIn(rows map[string]*row, name string, v verdict) {
	if rows[name] == nil {
		rows[name] = &row{}
	}
	rows[name].add(v)
}

// printMisses lists where the two disagree.
func printMisses(out io.Writer, verdicts []verdict) {
	for _, v := range verdicts {
		switch {
		case v.falselyRefused():
			fmt.Fprintf(out, "FALSELY REFUSED %s %s (%s): %s: %s [%s]\n", v.of, v.at, v.fault, v.found[0].Field, v.found[0].Message, v.found[0].Rule)
		case len(v.reasons) > 0 && !v.foretold():
			fmt.Fprintf(out, "NOT FORETOLD %s %s (%s): %s\n", v.of, v.at, v.fault, strings.Join(v.reasons, "; "))
		}
	}
}
