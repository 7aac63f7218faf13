// Command oracle measures how much of what the API server refuses efgen foretells. It
// makes single faults in good objects, asks Kubernetes' own validation which of them are
// refused, and efgen what it finds.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/.ci/oracle/judge"
)

// What the measure must reach.
const (
	leastMutations = 500
	leastForetold  = 0.9
)

func main() {
	if len(os.Args) != 2 && len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: oracle EFGEN [misses]")
		os.Exit(2)
	}
	if err := run(os.Args[1], len(os.Args) == 3, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func run(efgen string, misses bool, out io.Writer) error {
	samples, err := readSamples("good")
	if err != nil {
		return err
	}
	mutations, err := readFaults("faults.txt", samples)
	if err != nil {
		return err
	}
	oracle := judge.New()
	for _, s := range samples {
		if reasons := oracle.Refuses(jsonOf(s.object)); reasons != nil {
			return fmt.Errorf("good/%s.yaml is refused: %s", s.name, strings.Join(reasons, "; "))
		}
		mutations = append(mutations, s.mutations()...)
	}
	verdicts, err := measure(oracle, efgen, samples, mutations)
	if err != nil {
		return err
	}
	if misses {
		printMisses(out, verdicts)
	}
	return printTable(out, verdicts)
}

func readSamples(folder string) (samples []sample, err error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		s := sample{name: strings.TrimSuffix(filepath.Base(path), ".yaml")}
		if err := yaml.UnmarshalStrict(data, &s.object); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		samples = append(samples, s)
	}
	return samples, nil
}

// readFaults reads faults that no rule of mutations makes. A line that starts with a dash
// names the kind of the faults below it; "#" starts a comment; every other line is a good
// object, a JSON pointer and the value that goes there.
func readFaults(path string, samples []sample) (all []mutation, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	byName := map[string]sample{}
	for _, s := range samples {
		byName[s.name] = s
	}
	fault := ""
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if kind, found := strings.CutPrefix(line, "- "); found {
			fault = kind
			continue
		}
		words := strings.SplitN(line, " ", 3)
		if len(words) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		var value any
		s, known := byName[words[0]]
		if err := yaml.Unmarshal([]byte(words[2]), &value); err != nil || !known {
			return nil, fmt.Errorf("%s: %q: no such object, or no value (%v)", path, line, err)
		}
		all = append(all, s.with(fault, words[1], value))
	}
	return all, nil
}

func jsonOf(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return data
}
