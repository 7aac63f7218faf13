package refused

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A cronField is one of the five of a schedule.
type cronField struct {
	name        string
	least, most int
	// words stand for numbers from least on.
	words []string
}

var cronFields = []cronField{
	{"minute", 0, 59, nil},
	{"hour", 0, 23, nil},
	{"day of the month", 1, 31, nil},
	{"month", 1, 12, []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{"day of the week", 0, 6, []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

var cronNames = []string{"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}

// cronFault says why a text is no schedule; empty if it is one.
func cronFault(schedule string) string {
	if interval, ok := strings.CutPrefix(schedule, "@every "); ok {
		if _, err := time.ParseDuration(interval); err != nil {
			return fmt.Sprintf("%q is no duration", interval)
		}
		return ""
	}
	if strings.HasPrefix(schedule, "@") {
		if !slices.Contains(cronNames, schedule) {
			return "there is no such name"
		}
		return ""
	}
	parts := strings.Fields(schedule)
	if len(parts) != len(cronFields) {
		return fmt.Sprintf("there are %d fields, and must be 5", len(parts))
	}
	for i, part := range parts {
		for one := range strings.SplitSeq(part, ",") {
			if fault := cronFields[i].fault(one); fault != "" {
				return cronFields[i].name + " " + fault
			}
		}
	}
	return ""
}

// fault looks at `*`, `3`, `3-5`, each with a step such as `/2` if need be.
func (f cronField) fault(text string) string {
	span, step, stepped := strings.Cut(text, "/")
	if n, err := strconv.Atoi(step); stepped && (err != nil || n < 1) {
		return fmt.Sprintf("%q has no step", text)
	}
	if span == "*" || span == "?" {
		return ""
	}
	first, last, ranged := strings.Cut(span, "-")
	from, known := f.number(first)
	to := from
	if ranged && known {
		to, known = f.number(last)
	}
	switch {
	case !known:
		return fmt.Sprintf("%q is no number", text)
	case from < f.least || to > f.most || from > to:
		return fmt.Sprintf("%q is not within %d to %d", text, f.least, f.most)
	}
	return ""
}

func (f cronField) number(text string) (n int, known bool) {
	if i := slices.Index(f.words, strings.ToLower(text)); i >= 0 {
		return f.least + i, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
