// Command efgen generates the Kubernetes manifests of EventFlow and LiveView
// applications, one small file per environment, and checks that they fit.
package main

import (
	"cmp"
	"io"
	"os"
	"runtime/debug"

	"golang.org/x/term"
)

func main() {
	// By default the collector runs whenever the heap has doubled, which the few
	// megabytes that efgen works in do all the time. It may quadruple, until there is
	// as much as ten thousand environments take.
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(300)
		debug.SetMemoryLimit(72 << 20)
	}
	os.Exit(run(os.Args[1:], streams{
		in:      os.Stdin,
		out:     os.Stdout,
		err:     os.Stderr,
		getenv:  os.Getenv,
		columns: columns,
	}))
}

// streams is all that a command knows of the process it runs in.
type streams struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
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
