package main

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest"
	"github.com/efgen/efgen/generate/tree"
)

// tokenNames are the variables that may hold the token, the first one first.
var tokenNames = []string{"EFGEN_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"}

// gitHubs keeps one client for each host.
type gitHubs struct {
	*cli
	source  pullrequest.Source
	clients map[string]*pullrequest.Client
}

func (g *gitHubs) client(host string) (*pullrequest.Client, error) {
	if client := g.clients[host]; client != nil {
		return client, nil
	}
	name, token := g.token()
	if token == "" {
		return nil, &failure{code: exitRemote, err: errors.New("there is no token for GitHub"), hint: "set " + strings.Join(tokenNames, ", or ")}
	}
	getenv := g.streams.getenv
	client, err := pullrequest.New(pullrequest.Config{
		Host: host, API: getenv("GITHUB_API_URL"), Server: getenv("GITHUB_SERVER_URL"), Token: token, Secrets: g.secrets(),
	})
	if err != nil {
		return nil, &failure{code: exitRemote, err: err, hint: "look at " + name + " and GITHUB_API_URL"}
	}
	if name == "GITHUB_TOKEN" && len(g.clients) == 0 {
		g.say("GITHUB_TOKEN is the token: GitHub starts no workflows for its pull requests; that of an App does")
	}
	if g.clients == nil {
		g.clients = map[string]*pullrequest.Client{}
	}
	g.clients[host] = client
	return client, nil
}

func (c *cli) token() (name, token string) {
	for _, name := range tokenNames {
		if token := strings.TrimSpace(c.streams.getenv(name)); token != "" {
			return name, token
		}
	}
	return "", ""
}

// secrets are the texts that nothing may print: the tokens, and the passwords in the
// addresses of proxies.
func (c *cli) secrets() (secrets []string) {
	for _, name := range tokenNames {
		secrets = append(secrets, strings.TrimSpace(c.streams.getenv(name)))
	}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		secrets = append(secrets, passwordsOf(c.streams.getenv(name))...)
	}
	for _, secret := range secrets {
		if escaped := url.QueryEscape(secret); escaped != secret {
			secrets = append(secrets, escaped)
		}
	}
	return slices.DeleteFunc(secrets, func(s string) bool { return s == "" })
}

// passwordsOf returns the password in the address of a proxy, as it is written and as it
// is meant. What is no URL has one as well, and Go quotes it when it says so.
func passwordsOf(address string) []string {
	_, user, found := strings.Cut(address, "://")
	if !found {
		user = address
	}
	user = user[:max(strings.LastIndex(user, "@"), 0)]
	_, written, _ := strings.Cut(user, ":")
	meant, _ := url.PathUnescape(written)
	return []string{written, meant}
}

// source finds out what the environments were made from, as far as anybody knows:
// a run number counts the runs of a workflow, which is one file whatever it is run for.
func (p *pipeline) source() pullrequest.Source {
	getenv := p.streams.getenv
	run, _ := strconv.Atoi(getenv("GITHUB_RUN_NUMBER"))
	workflow, _, _ := strings.Cut(getenv("GITHUB_WORKFLOW_REF"), "@")
	source := pullrequest.Source{Commit: getenv("GITHUB_SHA"), Workflow: workflow, Run: run}
	if source.Commit != "" {
		return source
	}
	g, err := startGit(p.ctx, p.in(p.Environments), getenv)
	if err != nil {
		return source
	}
	defer g.close()
	if head, err := g.object("HEAD^{commit}"); err == nil && head != nil {
		source.Commit = head.id
	}
	return source
}

// tellFailed says why there is no proposal, and returns the exit code.
func (c *cli) tellFailed(name string, err error) int {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		c.complain(name + ": " + line)
	}
	code, hint := codeOf(err), ""
	var refused *pullrequest.RefusedError
	var blocked *pullrequest.BlockedError
	var remote *pullrequest.RemoteError
	var other *failure
	switch {
	case errors.As(err, &refused):
		code = exitRefused
	case errors.As(err, &blocked):
		code, hint = exitBlocked, blocked.Hint
	case errors.As(err, &remote):
		code, hint = exitRemote, remote.Hint
	case errors.As(err, &other):
		hint = other.hint
	}
	if hint != "" {
		c.complain("hint: " + hint)
	}
	return code
}

// tellVanished names what to delete of environments that are gone: taking their
// files away first would leave it to the controller what happens.
func (p *pipeline) tellVanished() error {
	owners, err := p.tree.Environments()
	if err != nil {
		return err
	}
	names, err := gone(p.folder, owners)
	if err != nil {
		return err
	}
	for _, name := range names {
		stored, err := p.tree.Read(name, nil)
		if err != nil {
			return err
		}
		p.say("%s has no environment file any more: delete %s, then its folder in the deploy repository", name, controllers(name, stored))
	}
	return nil
}

// controllers names the objects that sync an environment.
func controllers(name string, stored []tree.Stored) string {
	kinds := map[string]string{"application.yaml": "Argo CD's Application", "kustomization.yaml": "Flux's Kustomization"}
	var found []string
	for _, s := range stored {
		if kind := kinds[path.Base(s.Path)]; kind != "" && path.Dir(s.Path) == "_gitops" {
			found = append(found, fmt.Sprintf("%s %q", kind, name))
		}
	}
	if len(found) == 0 {
		return fmt.Sprintf("the object that syncs it (Argo CD's Application or Flux's Kustomization %q)", name)
	}
	return strings.Join(found, " and ")
}
