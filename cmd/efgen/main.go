// Command efgen generates the Kubernetes manifests of EventFlow and LiveView
// applications, one small file per environment, and checks that they fit.
package main

import (
	"cmp"
	"io"
	"os"

	"golang.org/x/term"
)

func main() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		holdMemory()
	}
	os.Exit(run(os.Args[1:], streams{
		stdin:   os.Stdin,
		stdout:  os.Stdout,
		stderr:  os.Stderr,
		getenv:  os.Getenv,
		columns: columns,
	}))
}

// streams is all that commands see of their process.
type streams struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	// columns is the width of a terminal in characters, 0 of anything else;
	// without it there are no terminals.
	columns func(io.Writer) int
}

func columns(w io.Writer) int {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	width, _, _ := term.GetSize(int(file.Fd()))
	return cmp.Or(width, 80) // some terminals do not know their size
}
