package review

import (
	"fmt"
	"math"

	"github.com/efgen/efgen/validate/manifest"
)

// A pair is a workload on both sides.
type pair struct {
	*difference
	old, new *manifest.Workload
}

// workloads are the changed ones that are there on both sides.
func (c *comparison) workloads() (all []pair) {
	for _, d := range c.differences {
		if d.action() != Modified && d.action() != Moved {
			continue
		}
		if old, new := workloadOf(d.old), workloadOf(d.new); old != nil && new != nil {
			all = append(all, pair{d, old, new})
		}
	}
	return all
}

// eachContainer calls with the containers that are there on both sides.
func (p pair) eachContainer(visit func(old, new manifest.Container)) {
	before := map[string]manifest.Container{}
	for _, old := range p.old.Containers() {
		before[old.Name] = old
	}
	for _, new := range p.new.Containers() {
		if old, found := before[new.Name]; found {
			visit(old, new)
		}
	}
}

// stopped is how many pods have an ordinal that is not among the new ones.
func (p pair) stopped() int {
	first, lost := firstOrdinal(p.new), 0
	for ordinal := range p.old.Replicas {
		ordinal += firstOrdinal(p.old)
		if ordinal < first || ordinal >= first+p.new.Replicas {
			lost++
		}
	}
	return lost
}

// firstOrdinal is 0 but for a StatefulSet that says another.
func firstOrdinal(w *manifest.Workload) int {
	if w.StatefulSet == nil || w.StatefulSet.Spec.Ordinals == nil {
		return 0
	}
	return int(w.StatefulSet.Spec.Ordinals.Start)
}

// nodes counts in words.
func nodes(n int) string { return counted(n, "node") }

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// unit is what the pods of a workload are: a StatefulSet's are nodes.
func unit(w *manifest.Workload) string {
	if w.StatefulSet != nil {
		return "node"
	}
	return "pod"
}

// minutes rounds seconds up.
func minutes(seconds float64) string {
	if n := math.Ceil(seconds / 60); n > 1 {
		return fmt.Sprintf("%.0f minutes", n)
	}
	return "1 minute"
}
