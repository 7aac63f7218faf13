package main

import (
	"os/exec"
	"testing"
)

// BenchmarkStartUp times whole processes: what a person waits for before the
// first letter shows.
func BenchmarkStartUp(b *testing.B) {
	for _, command := range [][]string{{"--help"}, {"version"}, {"list", "-C", "../.."}} {
		b.Run(command[0], func(b *testing.B) {
			for b.Loop() {
				if out, err := exec.Command("efgen", command...).CombinedOutput(); err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
			}
		})
	}
}
