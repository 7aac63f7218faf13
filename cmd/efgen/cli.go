package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
)

// cli is the whole command line.
type cli struct {
	Directory    string `short:"C" placeholder:"DIR" default:"." help:"Work in DIR instead of the current folder."`
	Environments string `placeholder:"DIR" default:"environments" help:"Folder of the environment files (${default})."`
	Out          string `placeholder:"DIR" default:"out" help:"Folder of the generated files (${default})."`
	Jobs         int    `short:"j" placeholder:"N" default:"${jobs}" help:"Environments worked on at a time (${default})."`
	Format       string `placeholder:"FORMAT" default:"text" help:"How results are printed: text, json, or what the command adds (${default})."`
	Color        string `placeholder:"WHEN" enum:"auto,always,never" default:"auto" help:"Use colours: auto, always or never (${default})."`
	Quiet        bool   `short:"q" help:"Print results and errors only."`
	Verbose      bool   `short:"v" help:"Say what is done for each environment."`
	Strict       bool   `help:"Make warnings errors."`

	CPUProfile string `name:"cpuprofile" hidden:"" help:"Write a CPU profile for go tool pprof to this file."`
	MemProfile string `name:"memprofile" hidden:"" help:"Write a profile of all allocations to this file."`

	Generate generateCommand `cmd:"" help:"Generate the files of environments."`
	Validate validateCommand `cmd:"" help:"Check generated files, or any Kubernetes YAML."`
	Diff     diffCommand     `cmd:"" help:"Show what would change, and what that could break."`
	PR       prCommand       `cmd:"" name:"pr" help:"Propose the generated files as a pull request."`
	Verify   verifyCommand   `cmd:"" help:"Check that the generated files are what would be generated."`
	List     listCommand     `cmd:"" help:"List the environments."`
	Rules    rulesCommand    `cmd:"" help:"List the rules, or explain one."`
	Explain  explainCommand  `cmd:"" help:"Tell who set a field of an environment, and what it means."`
	Schema   schemaCommand   `cmd:"" help:"Print the JSON Schema of environment files."`
	Version  versionCommand  `cmd:"" help:"Print the version."`

	Completion completionCommand `cmd:"" help:"Print the completion script of a shell."`
	Complete   completeCommand   `cmd:"" hidden:"" help:"Complete a command line."`

	streams streams
	ctx     context.Context
}

// run carries out one command line and returns the exit code.
func run(args []string, s streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	c := &cli{streams: s, ctx: ctx}
	exited := false
	parser, err := kong.New(c,
		kong.Name("efgen"),
		kong.Description("Generates, checks and proposes the Kubernetes manifests of Spotfire Streaming applications."),
		kong.Writers(s.out, s.err),
		kong.Vars{"jobs": fmt.Sprint(runtime.GOMAXPROCS(0))},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.ShortUsageOnError(),
		// Help ends the parsing by exiting, which here only main may do.
		kong.Exit(func(int) { exited = true }),
	)
	if err != nil {
		return c.report(err)
	}
	parsed, err := parser.Parse(args)
	if exited {
		return exitDone
	}
	if err != nil {
		return c.report(&failure{code: exitUsage, err: err, hint: "see efgen --help"})
	}
	if err := c.check(); err != nil {
		return c.report(err)
	}
	return c.report(c.profiled(func() error { return parsed.Run(c) }))
}

func (c *cli) check() error {
	if c.Jobs < 1 {
		return usage("-j %d: want at least one", c.Jobs)
	}
	return nil
}

// report says on stderr what an error has not said yet.
func (c *cli) report(err error) int {
	if errors.Is(err, context.Canceled) {
		err = &failure{code: exitUsage, err: errors.New("interrupted"), hint: "run it again: it goes on from where it stopped"}
	}
	if err != nil && !errors.Is(err, errReported) {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			c.complain(line)
		}
		var f *failure
		if errors.As(err, &f) && f.hint != "" {
			c.complain("hint: " + f.hint)
		}
	}
	return codeOf(err)
}

// usage is the error of a call that cannot be carried out as it stands.
func usage(format string, args ...any) *failure {
	return &failure{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// formatIn returns the format asked for if the command knows it.
func (c *cli) formatIn(known ...string) (string, error) {
	if !slices.Contains(known, c.Format) {
		return "", usage("--format %s: this command prints %s", c.Format, strings.Join(known, " or "))
	}
	return c.Format, nil
}

// in is a path of the command line, seen from the folder that -C names.
func (c *cli) in(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.Directory, path)
}

// say prints what is neither a result nor an error.
func (c *cli) say(format string, args ...any) {
	if !c.Quiet {
		c.complain(fmt.Sprintf(format, args...))
	}
}

// detail says what only those want to know who ask for it.
func (c *cli) detail(format string, args ...any) {
	if c.Verbose {
		c.say(format, args...)
	}
}

// complain prints one line on stderr, whatever text it holds.
func (c *cli) complain(line string) {
	fmt.Fprintf(c.streams.err, "efgen: %s\n", report.Plain(line))
}

func (c *cli) stdout() io.Writer { return c.streams.out }
