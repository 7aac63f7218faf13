package pullrequest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
)

// A Config says how to reach GitHub.
type Config struct {
	// Host of the repositories, as in github.com.
	Host string
	// API is the address of GitHub's REST interface. Default: that of Host.
	API string
	// Server is the address of the GitHub that API belongs to, empty if that is unknown.
	Server string
	// Token is sent to the API, and nowhere else.
	Token string
	// Secrets are further texts that no message may contain.
	Secrets []string

	wait wait // nil waits in real time
}

// A Client sends requests to one GitHub, for one call at a time.
type Client struct {
	github       *github.Client
	graphQLURL   string
	wait         wait
	secrets      []string              // the longest first
	repositories map[string]repository // those found so far, by their names in files
}

const publicHost, publicAPI = "github.com", "https://api.github.com"

// New makes a client; it sends nothing yet.
func New(config Config) (*Client, error) {
	token := strings.TrimSpace(config.Token)
	if token == "" || strings.ContainsFunc(token, func(c rune) bool { return c <= ' ' || c >= 0x7f }) {
		return nil, errors.New("the token is empty, or no token")
	}
	api, err := apiOf(config)
	if err != nil {
		return nil, err
	}
	if config.wait == nil {
		config.wait = sleep
	}
	sender := &transport{next: http.DefaultTransport, api: api, token: token, wait: config.wait, now: time.Now, pace: time.Second}
	if isLoopback(api) {
		sender.pace = 0 // nobody else uses that server
	}
	library := github.NewClient(&http.Client{Transport: sender, CheckRedirect: sameMethodAndHost})
	library.BaseURL, library.UserAgent = api, "efgen"
	c := &Client{github: library, graphQLURL: graphQLOf(api), wait: config.wait, repositories: map[string]repository{}}
	c.secrets = slices.DeleteFunc(append(slices.Clone(config.Secrets), token), func(s string) bool { return s == "" })
	// One secret may contain another.
	slices.SortFunc(c.secrets, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
	return c, nil
}

// apiOf returns the address of the REST interface. A runner of GitHub Actions always names
// the one of its own GitHub. For a repository on another GitHub that address is wrong: it
// would get the token.
func apiOf(config Config) (*url.URL, error) {
	address := strings.TrimSuffix(config.API, "/")
	if address == "" || address == publicAPI && config.Host != publicHost || config.isElsewhere() {
		switch {
		case config.Host == publicHost:
			address = publicAPI
		case strings.HasSuffix(config.Host, ".ghe.com"):
			address = "https://api." + config.Host
		default:
			address = "https://" + config.Host + "/api/v3"
		}
	}
	u, err := url.Parse(address + "/")
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("the address of GitHub's API is not a plain URL, as https://github.example.com/api/v3 is")
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u)) {
		return nil, fmt.Errorf("the address of GitHub's API on %s is not one of https: the token would be readable on its way", u.Host)
	}
	return u, nil
}

// isElsewhere reports whether the API is known to belong to another host.
func (c Config) isElsewhere() bool {
	server, err := url.Parse(c.Server)
	return c.Server != "" && (err != nil || !strings.EqualFold(server.Host, c.Host))
}

// graphQLOf returns the address of GraphQL, which is beside v3 on GitHub Enterprise Server.
func graphQLOf(api *url.URL) string {
	u := *api
	u.Path = strings.TrimSuffix(u.Path, "v3/") + "graphql"
	return u.String()
}

func isLoopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// sameMethodAndHost refuses redirects that would turn a write into a read, or that lead to
// another host.
func sameMethodAndHost(req *http.Request, via []*http.Request) error {
	switch first := via[0]; {
	case len(via) > 3:
		return errors.New("redirected too often")
	case req.Method != first.Method:
		return fmt.Errorf("redirected %s to %s: has the repository been renamed?", first.Method, req.Method)
	case !sameHost(req.URL, first.URL):
		return fmt.Errorf("redirected to another host, %s", req.URL.Host)
	}
	return nil
}

func sameHost(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// graphQL sends a query or a mutation and reads the data of the answer.
func (c *Client) graphQL(ctx context.Context, query string, variables map[string]any, data any) error {
	answer := struct {
		Data   any `json:"data"`
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}{Data: data}
	req, err := c.github.NewRequest(http.MethodPost, c.graphQLURL, map[string]any{"query": query, "variables": variables})
	if err != nil {
		return c.explain(ctx, "ask GitHub", err)
	}
	if _, err := c.github.Do(ctx, req, &answer); err != nil {
		return c.explain(ctx, "ask GitHub", err)
	}
	if len(answer.Errors) > 0 {
		return &RemoteError{Status: http.StatusUnprocessableEntity, Reason: oneLine(c.redact(answer.Errors[0].Message))}
	}
	return nil
}
