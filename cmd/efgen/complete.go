package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
)

// completeCommand answers the scripts that `efgen completion` prints.
type completeCommand struct {
	Words []string `arg:"" optional:"" help:"The words after efgen, the last one unfinished."`
}

// Run prints one candidate a line, then a tab and what it means. It reports no mistakes:
// the line is still being typed.
func (cmd completeCommand) Run(p app.Project, out *printer, parsed *kong.Context) error {
	if len(cmd.Words) == 0 {
		return nil
	}
	last := len(cmd.Words) - 1
	t := typing{project: p, node: parsed.Model.Node}
	for _, word := range cmd.Words[:last] {
		t.add(word)
	}
	for _, candidate := range t.candidates(cmd.Words[last]) {
		if report.Plain(candidate.word) != candidate.word {
			continue // a key of a file that is more than text to a terminal
		}
		fmt.Fprintf(out.stdout, "%s\t%s\n", candidate.word, candidate.meaning)
	}
	return nil
}

// typing is a command line without the word that is being typed.
type typing struct {
	project app.Project
	node    *kong.Node
	// values are those of the command's arguments so far.
	values []string
	// flag is the one that waits for its value.
	flag *kong.Flag
}

type candidate struct{ word, meaning string }

// add adds a finished word.
func (t *typing) add(word string) {
	switch {
	case t.flag != nil && word == "=":
		// bash makes three words of --flag=value.
	case t.flag != nil:
		t.set(t.flag, word)
		t.flag = nil
	case strings.HasPrefix(word, "-"):
		name, value, hasValue := strings.Cut(word, "=")
		if flag := t.flagNamed(name); hasValue && flag != nil {
			t.set(flag, value)
		} else if flag != nil && !flag.IsBool() {
			t.flag = flag
		}
	default:
		i := slices.IndexFunc(t.node.Children, func(n *kong.Node) bool { return n.Name == word })
		if i >= 0 {
			t.node = t.node.Children[i]
		} else {
			t.values = append(t.values, word)
		}
	}
}

// set applies a flag that says where environments are.
func (t *typing) set(flag *kong.Flag, value string) {
	switch flag.Name {
	case "directory":
		t.project.Directory = value
	case "environments":
		t.project.Environments = value
	}
}

func (t *typing) flagNamed(name string) *kong.Flag {
	for _, flag := range slices.Concat(t.node.AllFlags(true)...) {
		if name == "--"+flag.Name || flag.Short != 0 && name == "-"+string(flag.Short) {
			return flag
		}
	}
	return nil
}

// candidates lists what the unfinished word may become.
func (t *typing) candidates(word string) (found []candidate) {
	name, value, hasValue := strings.Cut(word, "=")
	switch {
	case t.flag != nil:
		found = candidatesOf("", t.valuesOf(t.flag.Value, strings.TrimPrefix(word, "=")))
		word = strings.TrimPrefix(word, "=")
	case hasValue && t.flagNamed(name) != nil:
		found = candidatesOf(name+"=", t.valuesOf(t.flagNamed(name).Value, value))
	case strings.HasPrefix(word, "-"):
		for _, flag := range slices.Concat(t.node.AllFlags(true)...) {
			found = append(found, candidate{"--" + flag.Name, flag.Help})
		}
	case len(t.node.Children) > 0:
		for _, child := range t.node.Children {
			if !child.Hidden {
				found = append(found, candidate{child.Name, child.Help})
			}
		}
	case len(t.values) < len(t.node.Positional):
		found = candidatesOf("", t.valuesOf(t.node.Positional[len(t.values)], word))
	}
	return slices.DeleteFunc(found, func(c candidate) bool { return !strings.HasPrefix(c.word, word) })
}

func candidatesOf(prefix string, words []string) (found []candidate) {
	for _, word := range words {
		found = append(found, candidate{word: prefix + word})
	}
	return found
}

// valuesOf lists the values that a flag or an argument may have. Where there are
// none, shells offer the names of files.
func (t *typing) valuesOf(v *kong.Value, word string) []string {
	switch v.Name {
	case "env", "environment":
		names, _, _ := t.project.Names(context.Background(), app.Selection{All: true})
		return names
	case "field":
		if explainer, _, _ := t.project.Explain(t.values[0]); explainer != nil {
			return explainer.Complete(word)
		}
	case "format":
		return formatsOf(t.node)
	case "rule":
		var ids []string
		for _, r := range rules() {
			ids = append(ids, r.ID)
		}
		return ids
	}
	if v.Enum == "" {
		return nil
	}
	return v.EnumSlice()
}
