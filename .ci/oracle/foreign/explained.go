package main

import (
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// An explanation is a line of explained.txt: why an error that Kubernetes' own validation
// does not share is right.
type explanation struct {
	line int
	// rule is one rule; module and file are patterns of package path, "*" for any.
	rule, module, file, why string
	used                    *bool
}

func readExplanations(name string) (all []explanation, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		words := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if words[0] == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if len(words) != 4 {
			return nil, fmt.Errorf("%s:%d: want a rule, a module, a file and a reason", name, number)
		}
		all = append(all, explanation{number, words[0], words[1], words[2], words[3], new(bool)})
	}
	return all, nil
}

func (e explanation) of(f finding) bool {
	return e.rule == f.Rule && (e.module == "*" || e.module == f.unit.module) && e.matches(f.file())
}

// matches reports whether a file, or a folder above it, is the one that is explained.
func (e explanation) matches(file string) bool {
	for ; ; file = path.Dir(file) {
		if found, err := path.Match(e.file, file); found || err != nil {
			return found
		}
		if !strings.Contains(file, "/") {
			return false
		}
	}
}

func (f *finding) explain(all []explanation) {
	for _, e := range all {
		if !f.shared && e.of(*f) {
			f.why, *e.used = e.why, true
			return
		}
	}
}

// unexplained lists what stands on no list, and what stands there for nothing.
func unexplained(out io.Writer, findings []finding, all []explanation) error {
	wrong := 0
	for _, f := range findings {
		if !f.shared && f.why == "" {
			wrong++
			fmt.Fprintf(out, "unexplained: %s: %s: %s: %s [%s]\n", f.place(), f.Manifest, f.Field, f.Message, f.Rule)
		}
	}
	for _, e := range all {
		if !*e.used {
			wrong++
			fmt.Fprintf(out, "explained.txt:%d: %s %s %s explains nothing any more\n", e.line, e.rule, e.module, e.file)
		}
	}
	if wrong > 0 {
		return fmt.Errorf("mend efgen, or write into explained.txt why each of %d errors is right", wrong)
	}
	return nil
}
