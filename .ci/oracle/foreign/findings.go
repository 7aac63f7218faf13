package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/efgen/efgen/.ci/oracle/judge"
)

// A finding is one error of efgen, and what the oracle says of it.
type finding struct {
	unit                                                *unit
	Rule, Severity, File, Field, Manifest, Message, why string
	Line                                                int
	shared                                              bool
}

// judge asks efgen about a unit, and the oracle about each error.
func (u *unit) judge(oracle judge.Judge, efgen string, known schemas) (findings []finding, err error) {
	args := []string{"validate", "--pod-security", "privileged", "--kubernetes-version", "1.34", "--format", "json"}
	known = known.with(u.objects)
	for _, file := range known.of(*u) {
		args = append(args, "--schemas", file)
	}
	run := exec.Command(efgen, append(args, u.files...)...)
	answer, err := run.Output()
	if err != nil && len(answer) == 0 {
		return nil, fmt.Errorf("%w: %s", err, err.(*exec.ExitError).Stderr)
	}
	var report struct{ Problems []finding }
	if err := json.Unmarshal(answer, &report); err != nil {
		return nil, fmt.Errorf("what efgen says: %w", err)
	}
	for _, f := range report.Problems {
		if f.Severity != "error" {
			continue
		}
		f.unit = u
		f.shared = slices.ContainsFunc(u.objects, func(o object) bool { return f.about(o) && f.sharedBy(oracle, o, known) })
		findings = append(findings, f)
	}
	return findings, nil
}

// about reports whether an object is the one of a finding, as far as that can be told.
func (f finding) about(o object) bool {
	switch {
	case !sameFile(f.File, o.file):
		return false
	case f.Manifest == "" || o.unread != "":
		return true
	}
	return f.Manifest == o.kind.Kind+"/"+o.name
}

func sameFile(printed, file string) bool {
	absolute, err := filepath.Abs(printed)
	return err == nil && absolute == file
}

// sharedBy reports whether the oracle refuses the object for a value that the finding is about.
func (f finding) sharedBy(oracle judge.Judge, o object, known schemas) bool {
	switch {
	case o.unread != "":
		return f.Rule == "EF204"
	case known[o.kind.GroupKind()].json != nil:
		reasons, err := judge.RefusesCustom(known[o.kind.GroupKind()].json, o.json)
		return err == nil && f.amongst(reasons)
	case !judge.Serves(o.kind):
		return f.Rule == "EF203" || f.Rule == "EF202"
	}
	return f.amongst(oracle.RefusesManifest(o.json))
}

// amongst reports whether a finding is one of the oracle's reasons: the same field, or one
// above or below it. A selector that misses its own pods is said of either side.
func (f finding) amongst(reasons []judge.Reason) bool {
	return slices.ContainsFunc(reasons, func(r judge.Reason) bool {
		return r.Field == "" || f.Rule == "EF301" && r.Field == "spec.template.metadata.labels" || within(f.Field, r.Field) || within(r.Field, f.Field)
	})
}

// within reports whether a field is another one, or below it.
func within(field, other string) bool {
	rest, found := strings.CutPrefix(field, other)
	return found && (rest == "" || other == "" || rest[0] == '.' || rest[0] == '[')
}

// place names a finding for people, without the folder of this machine.
func (f finding) place() string {
	return fmt.Sprintf("%s %s:%d", f.unit.module, f.file(), f.Line)
}

// file is where it is in the module.
func (f finding) file() string {
	file, err := filepath.Abs(f.File)
	if err == nil {
		file = strings.TrimPrefix(file, f.unit.root+"/")
	}
	return file
}
