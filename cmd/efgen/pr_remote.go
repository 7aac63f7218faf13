package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest"
)

// tokenNames are the variables that may hold the token, the first one first.
var tokenNames = []string{"EFGEN_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"}

// publicHost is GitHub itself, which the token may always go to.
const publicHost = "github.com"

// mayHaveToken reports whether the operator trusts a host with the token; what content
// names is not enough.
func (out *printer) mayHaveToken(host string) bool {
	server, err := url.Parse(out.getenv("GITHUB_SERVER_URL"))
	return strings.EqualFold(host, publicHost) || strings.EqualFold(host, strings.TrimSpace(out.getenv("EFGEN_GITHUB_HOST"))) ||
		err == nil && strings.EqualFold(host, server.Host)
}

// checkHosts returns an error unless every host may have the token. It comes before the
// first one gets it.
func (out *printer) checkHosts(ready *app.Proposable) error {
	for _, name := range ready.Names {
		if host := ready.Host(name); host != "" && !out.mayHaveToken(host) {
			return &app.Error{Err: fmt.Errorf("%s: deploy.host: nobody but the environment file names %s, and the token goes to no such host", name, host),
				Hint: "set EFGEN_GITHUB_HOST=" + host + " where efgen runs, if that is your GitHub"}
		}
	}
	return nil
}

// gitHubs keeps one client for each host.
type gitHubs struct {
	*printer
	source  pullrequest.Source
	clients map[string]*pullrequest.Client
}

func (g *gitHubs) client(host string) (*pullrequest.Client, error) {
	if client := g.clients[host]; client != nil {
		return client, nil
	}
	name, token := g.token()
	if token == "" {
		return nil, remoteError(errors.New("there is no token for GitHub"), "set "+strings.Join(tokenNames, ", or "))
	}
	client, err := pullrequest.New(pullrequest.Config{
		Host: host, API: g.getenv("GITHUB_API_URL"), Server: g.getenv("GITHUB_SERVER_URL"), Token: token, Secrets: g.secrets(),
	})
	if err != nil {
		return nil, remoteError(err, "look at "+name+" and GITHUB_API_URL")
	}
	if name == "GITHUB_TOKEN" && len(g.clients) == 0 {
		g.Notice("GITHUB_TOKEN is the token: GitHub starts no workflows for its pull requests; that of an App does")
	}
	if g.clients == nil {
		g.clients = map[string]*pullrequest.Client{}
	}
	g.clients[host] = client
	return client, nil
}

func remoteError(err error, hint string) error {
	return &exitError{exitRemote, &app.Error{Err: err, Hint: hint}}
}

func (g *gitHubs) token() (name, token string) {
	for _, name := range tokenNames {
		if token := strings.TrimSpace(g.getenv(name)); token != "" {
			return name, token
		}
	}
	return "", ""
}

// secrets are the texts that nothing may print: the tokens, and the passwords in the
// addresses of proxies.
func (g *gitHubs) secrets() (secrets []string) {
	for _, name := range tokenNames {
		secrets = append(secrets, strings.TrimSpace(g.getenv(name)))
	}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		secrets = append(secrets, passwordsOf(g.getenv(name))...)
	}
	for _, secret := range secrets {
		if escaped := url.QueryEscape(secret); escaped != secret {
			secrets = append(secrets, escaped)
		}
	}
	return slices.DeleteFunc(secrets, func(s string) bool { return s == "" })
}

// passwordsOf returns the password in the address of a proxy, as written and unescaped. It
// finds one in what is no URL, too, since Go quotes that in its error.
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

// sourceOf is what the environments were made from, as far as it is known. A run number
// counts the runs of one workflow, which is one file.
func sourceOf(ctx context.Context, p app.Project, getenv func(string) string) (_ pullrequest.Source, err error) {
	run, _ := strconv.Atoi(getenv("GITHUB_RUN_NUMBER"))
	workflow, _, _ := strings.Cut(getenv("GITHUB_WORKFLOW_REF"), "@")
	commit := getenv("GITHUB_SHA")
	if commit == "" {
		commit, err = p.SourceCommit(ctx)
	}
	return pullrequest.Source{Commit: commit, Workflow: workflow, Run: run}, err
}
