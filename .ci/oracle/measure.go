package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/efgen/efgen/.ci/oracle/judge"
)

// A verdict is what the two say of one mutation.
type verdict struct {
	mutation
	// reasons are the oracle's, none if it accepts the object.
	reasons []string
	// found are efgen's errors, but for those that the good object has as well.
	found []problem
}

type problem struct {
	Rule, Severity, File, Field, Message string
}

// schema reports whether the problem is one of the rules EF201 to EF206.
func (p problem) schema() bool { return p.Rule < "EF207" }

// refused reports whether the problem says that the API server will refuse the object.
func (p problem) refused() bool { return p.Rule < "EF3" }

// missing reports whether the problem is that of a field that the schema requires.
func (p problem) missing() bool {
	return p.schema() && strings.HasPrefix(p.Message, "required field is missing")
}

func (v verdict) foretold() bool { return len(v.reasons) > 0 && len(v.found) > 0 }

// stricter reports whether the schema that Kubernetes publishes refuses what its server
// reads as zero: a required field that is missing.
func (v verdict) stricter() bool {
	return len(v.reasons) == 0 && slices.ContainsFunc(v.found, problem.missing)
}

// falselyRefused reports whether efgen foretells a refusal that does not come.
func (v verdict) falselyRefused() bool {
	return len(v.reasons) == 0 && slices.ContainsFunc(v.found, func(p problem) bool { return p.refused() && !p.missing() })
}

// measure judges mutations twice: what does not fit its schema may keep efgen from looking
// any further, so the rest is judged again without it.
func measure(oracle judge.Judge, efgen string, samples []sample, mutations []mutation) ([]verdict, error) {
	usual, err := usualRules(efgen, samples)
	if err != nil {
		return nil, err
	}
	verdicts := make([]verdict, len(mutations))
	objects := make([]map[string]any, len(mutations))
	for i, m := range mutations {
		objects[i] = m.object
		verdicts[i] = verdict{mutation: m, reasons: oracle.Refuses(jsonOf(m.object))}
	}
	all, err := ask(efgen, objects)
	if err != nil {
		return nil, err
	}
	for i, found := range all {
		if verdicts[i].found = slices.DeleteFunc(found, func(p problem) bool { return !p.schema() }); len(verdicts[i].found) > 0 {
			objects[i] = nil
		}
	}
	if all, err = ask(efgen, objects); err != nil {
		return nil, err
	}
	for i, found := range all {
		if objects[i] != nil {
			verdicts[i].found = slices.DeleteFunc(found, func(p problem) bool { return slices.Contains(usual[verdicts[i].of], p.Rule) })
		}
	}
	return verdicts, nil
}

// usualRules are the errors that good objects have since they stand alone, by their names.
func usualRules(efgen string, samples []sample) (map[string][]string, error) {
	usual := map[string][]string{}
	for _, s := range samples {
		problems, err := ask(efgen, []map[string]any{s.object})
		if err != nil {
			return nil, err
		}
		for _, p := range problems[0] {
			if p.refused() {
				return nil, fmt.Errorf("good/%s.yaml: %s: %s [%s]", s.name, p.Field, p.Message, p.Rule)
			}
			usual[s.name] = append(usual[s.name], p.Rule)
		}
	}
	return usual, nil
}

// atOnce is how many objects one run of efgen judges.
const atOnce = 500

// ask lets efgen judge objects, and returns the errors of each. An object that is nil is
// left out.
func ask(efgen string, objects []map[string]any) (all [][]problem, err error) {
	for some := range slices.Chunk(objects, atOnce) {
		if !slices.ContainsFunc(some, func(object map[string]any) bool { return object != nil }) {
			all = append(all, make([][]problem, len(some))...)
			continue
		}
		problems, err := askOnce(efgen, some)
		if err != nil {
			return nil, err
		}
		all = append(all, problems...)
	}
	return all, nil
}

// askOnce puts each object into a namespace of its own.
func askOnce(efgen string, objects []map[string]any) ([][]problem, error) {
	folder, err := os.MkdirTemp("", "oracle-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	for i, object := range objects {
		if object == nil {
			continue
		}
		if _, namespaced := object["metadata"].(map[string]any)["namespace"]; namespaced {
			object = clone(object).(map[string]any)
			object["metadata"].(map[string]any)["namespace"] = "n" + strconv.Itoa(i)
		}
		if err := os.WriteFile(filepath.Join(folder, strconv.Itoa(i)+".yaml"), jsonOf(object), 0o600); err != nil {
			return nil, err
		}
	}
	run := exec.Command(efgen, "validate", "--pod-security", "privileged", "--kubernetes-version", "1.34", "--format", "json", folder)
	answer, err := run.Output()
	if exit, found := errors.AsType[*exec.ExitError](err); err != nil && len(answer) == 0 {
		if found {
			err = fmt.Errorf("%w: %s", err, exit.Stderr)
		}
		return nil, fmt.Errorf("%s: %w", run, err)
	}
	return readProblems(answer, len(objects))
}

// clashes are the rules of objects that claim the same: a name, a node port, a host.
var clashes = []string{"EF320", "EF327", "EF328"}

func readProblems(answer []byte, objects int) ([][]problem, error) {
	var report struct{ Problems []problem }
	if err := json.NewDecoder(bytes.NewReader(answer)).Decode(&report); err != nil {
		return nil, fmt.Errorf("what efgen says: %w", err)
	}
	all := make([][]problem, objects)
	for _, p := range report.Problems {
		i, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(p.File), ".yaml"))
		if err != nil {
			return nil, fmt.Errorf("%q is no file of the measure: %s", p.File, p.Message)
		}
		if p.Severity == "error" && !slices.Contains(clashes, p.Rule) {
			all[i] = append(all[i], p)
		}
	}
	return all, nil
}
