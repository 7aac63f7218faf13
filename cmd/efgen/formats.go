package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// A formatter is a command that prints results in the formats that it lists.
type formatter interface{ formats() []string }

// formatsOf lists what a command makes of --format.
func formatsOf(command *kong.Node) []string {
	if f, ok := command.Target.Interface().(formatter); ok {
		return f.formats()
	}
	return nil
}

func checkFormat(format string, command *kong.Node) error {
	known := formatsOf(command)
	if len(known) > 0 && !slices.Contains(known, format) {
		return fmt.Errorf("--format %s: this command prints %s", format, strings.Join(known, " or "))
	}
	return nil
}
