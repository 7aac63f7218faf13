// Package figures keeps what was measured, and prints it.
package figures

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
)

// Everything is the work of which a picture is drawn.
const Everything = "generate everything, checked"

// Taken is what work takes: seconds by the clock, seconds of processors, and MiB at the
// peak of the largest process. It also holds the ratios of these.
type Taken struct {
	Wall float64 `json:"wall,omitempty"`
	CPU  float64 `json:"cpu,omitempty"`
	Peak float64 `json:"peak,omitempty"`
}

// A Pair is work done by efgen and by a peer, in turn.
type Pair struct {
	Pairs int   `json:"pairs"`
	Efgen Taken `json:"efgen"`
	Other Taken `json:"other"`
	// Ratio is the median of the pairs' ratios, not the ratio of medians: two runs side by
	// side have had the same of a busy machine.
	Ratio Taken `json:"ratio"`
}

// A Figure is a row of the table.
type Figure struct {
	Work         string `json:"work"`
	Environments int    `json:"environments"`
	Peer         string `json:"peer,omitempty"`
	Pair
	// Target is what the ratio may be at most, Limit what efgen may take. Zero is anything.
	Target Taken `json:"target,omitzero"`
	Limit  Taken `json:"limit,omitzero"`
}

// Report is all that is known.
type Report struct {
	// Versions are those of the tools.
	Versions map[string]string `json:"versions"`
	// Processors is how many there were.
	Processors int `json:"processors"`
	// Floor is the peak that is measured of a process that does nothing, in MiB.
	Floor   float64  `json:"floor"`
	Figures []Figure `json:"figures"`
}

// Met tells whether nothing is over its target or limit.
func (f Figure) Met() bool {
	return f.Ratio.within(f.Target) && f.Efgen.within(f.Limit)
}

// Aimed tells whether there is a target or limit at all.
func (f Figure) Aimed() bool { return f.Target != Taken{} || f.Limit != Taken{} }

func (t Taken) within(most Taken) bool {
	return (most.Wall == 0 || t.Wall <= most.Wall) && (most.CPU == 0 || t.CPU <= most.CPU) &&
		(most.Peak == 0 || t.Peak <= most.Peak)
}

// PairOf takes medians.
func PairOf(efgen, other []Taken) Pair {
	ratios := make([]Taken, len(efgen))
	for i, e := range efgen {
		ratios[i] = Taken{Wall: e.Wall / other[i].Wall, CPU: e.CPU / other[i].CPU, Peak: e.Peak / other[i].Peak}
	}
	return Pair{Pairs: len(efgen), Efgen: medians(efgen), Other: medians(other), Ratio: medians(ratios)}
}

func medians(all []Taken) Taken {
	return Taken{
		Wall: median(all, func(t Taken) float64 { return t.Wall }),
		CPU:  median(all, func(t Taken) float64 { return t.CPU }),
		Peak: median(all, func(t Taken) float64 { return t.Peak }),
	}
}

// median is that of an odd number of values.
func median(all []Taken, of func(Taken) float64) float64 {
	values := make([]float64, len(all))
	for i, t := range all {
		values[i] = of(t)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// Load reads a report that Save wrote; without the file, there is an empty one.
func Load(path string) (r Report, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

// Save writes a report.
func (r Report) Save(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// Update replaces figures of the same work, and adds new ones.
func (r Report) Update(newer Report) Report {
	for _, old := range r.Figures {
		if !slices.ContainsFunc(newer.Figures, old.same) {
			newer.Figures = append(newer.Figures, old)
		}
	}
	slices.SortStableFunc(newer.Figures, func(a, b Figure) int { return cmp.Compare(a.Environments, b.Environments) })
	return newer
}

func (f Figure) same(other Figure) bool {
	return f.Work == other.Work && f.Environments == other.Environments && f.Peer == other.Peer
}
