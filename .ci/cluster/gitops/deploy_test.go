package gitops

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/parts"
)

// deployment is a folder with environments, efgen itself, and the deploy repository:
// one bare repository behind a fake GitHub and behind git's own server.
type deployment struct {
	t *testing.T
	// dir holds environments/ and out/; checkout is a person's clone of the repository.
	dir, checkout string
	url           string // of the repository, as controllers see it
	efgen         string
	env           []string
	merges        io.Writer
	merged        *bufio.Scanner
}

// path is where the environment is in the deploy repository.
const path = "streaming/production"

// repositoryName is what the fake GitHub calls the repository.
const repositoryName = "example/deploy"

// newDeployment derives the environment from environments/production.yaml; gitops is
// who syncs it.
func newDeployment(t *testing.T, gitops string) *deployment {
	t.Helper()
	d := &deployment{t: t, dir: t.TempDir(), checkout: filepath.Join(t.TempDir(), "checkout")}
	tools := binaries(t)
	d.efgen = filepath.Join(tools, "efgen")
	d.startGitHub(filepath.Join(tools, "fakegithub"))
	require.NoError(t, os.CopyFS(d.dir+"/environments", os.DirFS(parts.Repository()+"/environments")))
	d.replace("gitops:\n  argocd: {}\n", "gitops:\n  url: "+d.url+"\n  "+gitops+": {}\n")
	// Nobody waits half a minute for each node of a test.
	d.replace("applications:\n", "defaults: {minReadySeconds: 0}\napplications:\n")
	d.git(".", "clone", "--quiet", d.url, d.checkout)
	return d
}

// startGitHub runs the fake GitHub, which ends when its standard input does.
func (d *deployment) startGitHub(binary string) {
	d.t.Helper()
	server := exec.Command(binary, "-test.run=^TestServe$")
	server.Env, server.Stderr = append(os.Environ(), "EFGEN_FAKE_GITHUB=serve"), os.Stderr
	merges, err := server.StdinPipe()
	require.NoError(d.t, err)
	merged, err := server.StdoutPipe()
	require.NoError(d.t, err)
	require.NoError(d.t, server.Start())
	d.merges, d.merged = merges, bufio.NewScanner(merged)
	d.t.Cleanup(func() {
		require.NoError(d.t, merges.Close())
		require.True(d.t, d.merged.Scan())
		require.Equal(d.t, "PASS", d.merged.Text())
		require.NoError(d.t, server.Wait())
	})
	require.True(d.t, d.merged.Scan())
	said := strings.Fields(d.merged.Text())
	require.Len(d.t, said, 3, "%q is not an address, a folder and a token", said)
	d.env = append(os.Environ(), "GITHUB_API_URL="+said[0], "EFGEN_GITHUB_TOKEN="+said[2])
	d.serveGit(said[1])
}

// serveGit puts git's own server before the bare repository; a token is for GitHub only.
func (d *deployment) serveGit(repository string) {
	d.t.Helper()
	commands, err := exec.Command("git", "--exec-path").Output()
	require.NoError(d.t, err)
	const root = "/" + repositoryName + ".git"
	server := httptest.NewServer(&cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(commands)), "git-http-backend"), Root: root,
		Env:        []string{"GIT_PROJECT_ROOT=" + repository, "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=jo"},
		InheritEnv: []string{"PATH", "HOME"},
	})
	d.t.Cleanup(server.Close)
	d.url = server.URL + root
	d.git(repository, "config", "http.receivepack", "true")
}

func (d *deployment) git(dir string, args ...string) string {
	d.t.Helper()
	command := exec.Command("git", append([]string{"-c", "user.name=Jo", "-c", "user.email=jo@example.com"}, args...)...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	require.NoError(d.t, err, "git %s: %s", strings.Join(args, " "), out)
	return strings.TrimSpace(string(out))
}

// replace changes the environment file.
func (d *deployment) replace(old, text string) {
	d.t.Helper()
	d.edit(d.dir+"/environments/production.yaml", func(now string) string {
		require.Contains(d.t, now, old)
		return strings.Replace(now, old, text, 1)
	})
}

// remove takes out of the environment file what stands from one text up to another.
func (d *deployment) remove(from, to string) {
	d.t.Helper()
	d.edit(d.dir+"/environments/production.yaml", func(now string) string {
		before, rest, found := strings.Cut(now, from)
		_, after, foundToo := strings.Cut(rest, to)
		require.True(d.t, found && foundToo, "%s … %s", from, to)
		return before + to + after
	})
}

func (d *deployment) edit(file string, change func(string) string) {
	d.t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(d.t, err)
	require.NoError(d.t, os.WriteFile(file, []byte(change(string(text))), 0o600))
}

// run runs efgen on the environment.
func (d *deployment) run(args ...string) (stdout, stderr string, err error) {
	var out, diagnosis strings.Builder
	command := exec.Command(d.efgen, append([]string{"-C", d.dir}, args...)...)
	command.Env, command.Stdout, command.Stderr = d.env, &out, &diagnosis
	err = command.Run()
	return out.String(), diagnosis.String(), err
}

// propose lets efgen make a pull request and returns its number.
func (d *deployment) propose() int {
	d.t.Helper()
	stdout, stderr, err := d.run("pr", "--env", "production", "--format", "json")
	require.NoError(d.t, err, stderr)
	var said struct {
		Proposals []struct {
			Operation string
			Number    int
		}
	}
	require.NoError(d.t, json.Unmarshal([]byte(stdout), &said))
	require.Len(d.t, said.Proposals, 1)
	require.Equal(d.t, "created", said.Proposals[0].Operation)
	return said.Proposals[0].Number
}

// revision is a state of the base branch.
type revision struct {
	sha     string
	since   time.Time
	objects []cluster.Manifest
}

// merge merges a pull request, as a person does.
func (d *deployment) merge(number int) revision {
	d.t.Helper()
	_, err := fmt.Fprintln(d.merges, number)
	require.NoError(d.t, err)
	require.True(d.t, d.merged.Scan())
	now := time.Now()
	d.git(d.checkout, "pull", "--quiet")
	r := d.revision(now)
	require.Equal(d.t, r.sha, d.merged.Text())
	return r
}

// push commits what a person has changed in the checkout.
func (d *deployment) push(message string) revision {
	d.t.Helper()
	d.git(d.checkout, "commit", "--quiet", "--all", "--message", message)
	d.git(d.checkout, "push", "--quiet")
	return d.revision(time.Now())
}

// revision reads the objects that a controller is to apply.
func (d *deployment) revision(since time.Time) revision {
	d.t.Helper()
	objects, err := cluster.Read(filepath.Join(d.checkout, path))
	require.NoError(d.t, err)
	r := revision{sha: d.git(d.checkout, "rev-parse", "HEAD"), since: since}
	for _, o := range objects {
		if filepath.Base(filepath.Dir(o.Path)) != "_gitops" {
			r.objects = append(r.objects, o)
		}
	}
	return r
}
