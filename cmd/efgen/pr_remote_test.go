package main

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest/fakegithub"
)

// TestPRKeepsTheTokenFromOtherServers names an address that no client takes, as that of
// the API of a runner's GitHub: whether it is looked at shows without a request.
func TestPRKeepsTheTokenFromOtherServers(t *testing.T) {
	t.Parallel()
	for server, looked := range map[string]bool{"": true, "https://github.com": true, "https://git.example.com": false} {
		env := map[string]string{"EFGEN_GITHUB_TOKEN": "t0ken", "GITHUB_API_URL": "http://git.example.com", "GITHUB_SERVER_URL": server}
		hubs := gitHubs{printer: &printer{streams: streams{getenv: func(name string) string { return env[name] }}}}
		_, err := hubs.client("github.com")
		assert.Equal(t, looked, err != nil, "%s: %v", server, err)
	}
}

// TestPRSendsTheTokenToTrustedHostsAlone lets one of the environments name another host.
func TestPRSendsTheTokenToTrustedHostsAlone(t *testing.T) {
	t.Parallel()
	const host = "git.example.com:8443"
	for name, c := range map[string]struct {
		env  map[string]string
		host string
		code int
	}{
		"nobody else names it":      {nil, host, exitUsage},
		"without a token":           {map[string]string{"EFGEN_GITHUB_TOKEN": ""}, host, exitUsage},
		"the operator":              {map[string]string{"EFGEN_GITHUB_HOST": host}, host, exitDone},
		"in other letters":          {map[string]string{"EFGEN_GITHUB_HOST": "GIT.example.com:8443"}, host, exitDone},
		"the runner":                {map[string]string{"GITHUB_SERVER_URL": "https://" + host}, host, exitDone},
		"the operator, no port":     {map[string]string{"EFGEN_GITHUB_HOST": "git.example.com"}, host, exitUsage},
		"the runner, another port":  {map[string]string{"GITHUB_SERVER_URL": "https://git.example.com"}, host, exitUsage},
		"the runner, as a user":     {map[string]string{"GITHUB_SERVER_URL": "https://" + host + "@github.com"}, host, exitUsage},
		"an address is no name":     {map[string]string{"EFGEN_GITHUB_HOST": "https://" + host}, host, exitUsage},
		"a name that ends like one": {nil, "notgithub.com", exitUsage},
		"a part of GitHub's":        {nil, "github.com.example.com", exitUsage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProposing(t)
			maps.Copy(p.env, c.env)
			p.replace(t, "production.yaml", "  repository: example/deploy\n", "  repository: example/deploy\n  host: "+c.host+"\n")
			if c.code == exitDone {
				code, _, stderr := p.run("--env", "production", "--dry-run")
				assert.Equal(t, exitDone, code, stderr)
				return
			}
			code, stdout, stderr := p.run("--all", "--dry-run")
			assert.Equal(t, c.code, code, stderr)
			if code == exitUsage {
				assert.Empty(t, p.Requests(), "not even for the other environments")
				assert.Empty(t, stdout)
				assert.Equal(t, "efgen: production: deploy.host: nobody but the environment file names "+c.host+", and the token goes to no such host\n"+
					"efgen: hint: set EFGEN_GITHUB_HOST="+c.host+" where efgen runs, if that is your GitHub\n", stderr)
			}
		})
	}
}

// TestPRSaysThatALimitIsSpent has a server that names a time beyond all clocks.
func TestPRSaysThatALimitIsSpent(t *testing.T) {
	t.Parallel()
	p := newProposing(t)
	for header, value := range map[string]string{"X-RateLimit-Reset": "99999999999999", "Retry-After": "99999999999999999999"} {
		p.env["GITHUB_API_URL"] = spent(t, header, value)
		code, _, stderr := p.run("--env", "production")
		assert.Equal(t, exitRemote, code)
		assert.Contains(t, stderr, "efgen: production: look for repository example/deploy: 429 rate limit spent\nefgen: hint: run it again later")
	}
}

// spent is the address of a server that takes no more requests.
func spent(t *testing.T, header, value string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set(header, value)
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestPRPrintsNoToken puts tokens where they can be, and lets the server echo them.
func TestPRPrintsNoToken(t *testing.T) {
	t.Parallel()
	secrets := []string{"ghs_first", "ghp_second", "ghu_third", "pr0xy", "us3rinfo"}
	for name, api := range map[string]string{"echoed": "", "in the address": "https://jo:us3rinfo@127.0.0.1:1"} {
		t.Run(name, func(t *testing.T) {
			p := newProposing(t)
			p.Fault = func(_ int, r *http.Request) fakegithub.Fault {
				return fakegithub.Answer(http.StatusForbidden, strings.Join(secrets[:4], " ")+r.Header.Get("Authorization"))
			}
			maps.Copy(p.env, map[string]string{
				"EFGEN_GITHUB_TOKEN": secrets[0], "GH_TOKEN": secrets[1], "GITHUB_TOKEN": secrets[2], "HTTPS_PROXY": "http://jo:pr0xy@proxy.example.com",
				"GITHUB_OUTPUT": filepath.Join(p.dir, "output"), "GITHUB_STEP_SUMMARY": filepath.Join(p.dir, "summary"),
			})
			if api != "" {
				p.env["GITHUB_API_URL"] = api
			}
			for _, format := range []string{"text", "json"} {
				code, stdout, stderr := p.run("--env", "production", "-v", "--format", format)
				assert.Equal(t, exitRemote, code)
				texts := filesOf(t, p.dir)
				texts["stdout"], texts["stderr"] = stdout, stderr
				for where, text := range texts {
					for _, secret := range secrets {
						assert.NotContains(t, text, secret, where)
					}
				}
			}
		})
	}
}

func TestPasswordsOfProxies(t *testing.T) {
	t.Parallel()
	for address, expected := range map[string][]string{
		"": nil, "http://proxy.example.com:3128": nil, "http://jo@proxy.example.com": nil,
		"http://jo:s3cret@proxy.example.com:3128": {"s3cret"},
		"jo:s3cret@proxy.example.com":             {"s3cret"},
		"http://jo:s%20t@proxy.example.com":       {"s%20t", "s t", "s%2520t", "s+t"},
		"http://jo:a/b@c@proxy.example.com":       {"a/b@c", "a%2Fb%40c"},
		"http://jo:%zz@proxy.example.com":         {"%zz", "%25zz"},
	} {
		hubs := gitHubs{printer: &printer{streams: streams{getenv: func(name string) string { return map[string]string{"HTTPS_PROXY": address}[name] }}}}
		assert.Subset(t, hubs.secrets(), expected, address)
		for _, secret := range hubs.secrets() {
			assert.Contains(t, expected, secret, address)
		}
	}
}

// TestPRPrintsWholeAddresses has a proxy whose user and password are names in the address
// of the pull request.
func TestPRPrintsWholeAddresses(t *testing.T) {
	t.Parallel()
	p := newProposing(t)
	maps.Copy(p.env, map[string]string{
		"HTTPS_PROXY": "http://example:deploy@proxy.example.com", "GITHUB_OUTPUT": filepath.Join(p.dir, "output"),
	})
	code, stdout, stderr := p.run("--env", "production")
	require.Equal(t, exitDone, code, stderr)
	const address = "https://github.com/example/deploy/pull/1"
	assert.Equal(t, "production: created: "+address+"\n", stdout)
	assert.Contains(t, filesOf(t, p.dir)["output"], "\n"+address+"\n")
}
