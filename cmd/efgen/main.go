// Command efgen generates the Kubernetes manifests of EventFlow and LiveView
// applications, one small file per environment, and checks that they fit.
package main

import (
	"io"
	"os"
)

func main() {
	os.Exit(run(os.Args[1:], streams{
		in:     os.Stdin,
		out:    os.Stdout,
		err:    os.Stderr,
		getenv: os.Getenv,
	}))
}

// streams is all that a command knows of the process it runs in.
type streams struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
}
