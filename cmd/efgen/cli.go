package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/git"
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

	Generate generateCommand `cmd:"" formats:"text,json,github" help:"Generate the files of environments."`
	Validate validateCommand `cmd:"" formats:"text,json,sarif,junit,github" help:"Check generated files, or any Kubernetes YAML."`
	Diff     diffCommand     `cmd:"" formats:"text,markdown,json" help:"Show what would change, and what that could break."`
	PR       prCommand       `cmd:"" formats:"text,json" name:"pr" help:"Propose the generated files as a pull request."`
	Verify   verifyCommand   `cmd:"" formats:"text,json" help:"Check that the generated files are what would be generated."`
	List     listCommand     `cmd:"" formats:"text,json,matrix" help:"List the environments."`
	Rules    rulesCommand    `cmd:"" formats:"text,json" help:"List the rules, or explain one."`
	Explain  explainCommand  `cmd:"" formats:"text,json" help:"Tell who set a field of an environment, and what it means."`
	Schema   schemaCommand   `cmd:"" formats:"text,json" help:"Print the JSON Schema of environment files."`
	Version  versionCommand  `cmd:"" help:"Print the version."`

	Completion completionCommand `cmd:"" help:"Print the completion script of a shell."`
	Complete   completeCommand   `cmd:"" hidden:"" help:"Complete a command line."`
}

// run carries out one command line and returns the exit code.
func run(args []string, s streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if s.columns == nil {
		s.columns = func(io.Writer) int { return 0 }
	}
	// After the first interrupt the run ends in order; the second one ends the process.
	context.AfterFunc(ctx, stop)
	c, out, exited := &cli{}, &printer{streams: s}, false
	parser, err := kong.New(c,
		kong.Name("efgen"),
		kong.Description("Generates, checks and proposes the Kubernetes manifests of Spotfire Streaming applications."),
		kong.Writers(s.stdout, s.stderr),
		kong.Vars{"jobs": fmt.Sprint(runtime.GOMAXPROCS(0))},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.ShortUsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
		// Help ends the parsing by exiting, which here only main may do.
		kong.Exit(func(int) { exited = true }),
	)
	if err != nil {
		return out.failed("", err)
	}
	parsed, err := parser.Parse(args)
	switch {
	case exited:
		return exitDone
	case err != nil:
		return out.failed("", &app.Error{Err: err, Hint: "see efgen --help"})
	case c.Jobs < 1:
		return out.failed("", fmt.Errorf("-j %d: want at least one", c.Jobs))
	}
	project := app.Project{
		Directory: c.Directory, Environments: c.Environments, Out: c.Out, Jobs: c.Jobs, Strict: c.Strict,
		Today: time.Now(), Git: git.Client{Getenv: s.getenv}, Watcher: out,
	}
	out.format, out.color, out.quiet, out.verbose, out.path = c.Format, c.Color, c.Quiet, c.Verbose, project.Path
	return out.failed("", c.profiled(project.Path, func() error {
		if known := formatsOf(parsed.Selected()); len(known) > 0 && !slices.Contains(known, c.Format) {
			return fmt.Errorf("--format %s: this command prints %s", c.Format, strings.Join(known, " or "))
		}
		return parsed.Run(project, out)
	}))
}

// formatsOf lists the formats that a command prints.
func formatsOf(command *kong.Node) []string {
	return strings.FieldsFunc(command.Tag.Get("formats"), func(c rune) bool { return c == ',' })
}
