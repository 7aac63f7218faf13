package pullrequest

import (
	"cmp"
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
	// Server is the address of the GitHub that API belongs to, empty if nobody says.
	Server string
	// Token is sent to that address, and nowhere else.
	Token string
	// Secrets are more texts that no message may hold.
	Secrets []string

	wait wait // nil is real time
}

// A Client speaks to one GitHub. It carries out one call at a time.
type Client struct {
	github  *github.Client
	graphql string
	wait    wait
	secrets []string
	known   map[string]repository
}

const publicHost, publicAPI = "github.com", "https://api.github.com"

// New makes a client; nothing is sent yet.
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
		config.wait = pause
	}
	guard := &transport{next: http.DefaultTransport, api: api, token: token, wait: config.wait, now: time.Now, pace: time.Second}
	if isLoopback(api) {
		guard.pace = 0 // nobody else's server
	}
	library := github.NewClient(&http.Client{Transport: guard, CheckRedirect: sameMethodAndHost})
	library.BaseURL, library.UserAgent = api, "efgen"
	c := &Client{github: library, graphql: graphqlOf(api), wait: config.wait, known: map[string]repository{}}
	c.secrets = slices.DeleteFunc(append(slices.Clone(config.Secrets), token), func(s string) bool { return s == "" })
	// The longest first: one may hold another.
	slices.SortFunc(c.secrets, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
	return c, nil
}

// apiOf finds the address of the REST interface. Every runner of GitHub Actions names
// that of its own GitHub, which is not meant for the repositories of others: it would
// get their token.
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

// isElsewhere tells whether the API is known to be that of another host.
func (c Config) isElsewhere() bool {
	server, err := url.Parse(c.Server)
	return c.Server != "" && (err != nil || !strings.EqualFold(server.Host, c.Host))
}

// graphqlOf is where GitHub speaks GraphQL: beside v3 on a server of one's own.
func graphqlOf(api *url.URL) string {
	u := *api
	u.Path = strings.TrimSuffix(u.Path, "v3/") + "graphql"
	return u.String()
}

func isLoopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// sameMethodAndHost follows no redirect that would turn a write into a read, or
// that leads elsewhere.
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
