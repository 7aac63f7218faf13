package main

import "embed"

// scripts ask this very command what to offer, so that they never change.
//
//go:embed completion
var scripts embed.FS

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

func (completionCommand) Help() string {
	return `Names of environments, paths of their fields and IDs of rules are completed, too.

Examples:
  eval "$(efgen completion bash)"
  efgen completion zsh > "${fpath[1]}/_efgen"
  efgen completion fish > ~/.config/fish/completions/efgen.fish`
}

func (cmd completionCommand) Run(out *printer) error {
	script, err := scripts.ReadFile("completion/efgen." + cmd.Shell)
	if err != nil {
		return err
	}
	_, err = out.stdout.Write(script)
	return err
}
