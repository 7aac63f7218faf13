// Package cluster starts a real Kubernetes control plane on this machine's loopback
// interface, for tests: etcd and kube-apiserver, and, if asked for, the controller
// manager, the scheduler and workers whose kubelets kwok plays.
//
//	c := cluster.Start(t, cluster.Options{Workers: 3})
//	for _, m := range manifests { _, err := c.Apply(t.Context(), m, false) … }
//
// All ends with the test: in order when the test returns, at once when its process
// dies.
package cluster

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"

	"github.com/efgen/efgen/.ci/cluster/parts"
)

// Options say what runs beside etcd and the API server.
type Options struct {
	// Controllers runs the controller manager: it makes the pods of StatefulSets and
	// the ServiceAccount "default" of namespaces, and empties namespaces that go.
	Controllers bool
	// Workers is the number of workers; with any, scheduler and kwok run, and pods
	// become Ready. It wants Controllers.
	Workers int
}

// A Cluster runs until the end of the test that started it.
type Cluster struct {
	// Config is the administrator's access; Kubeconfig is the same as a file.
	Config     *rest.Config
	Kubeconfig string
	// Client reads and writes objects of any kind.
	Client dynamic.Interface
	// Dir is a folder for files of whatever runs; it goes with the cluster.
	Dir string

	t         testing.TB
	ca        *authority
	server    string
	mapper    *restmapper.DeferredDiscoveryRESTMapper
	processes []*process
	versions  []string
	warnings  warnings
}

// Start returns when the API server takes requests.
func Start(t testing.TB, o Options) *Cluster {
	t.Helper()
	c := &Cluster{t: t, Dir: t.TempDir()}
	t.Cleanup(c.stop)
	var err error
	c.ca, err = newAuthority(c.Dir)
	require.NoError(t, err)
	etcd := c.startEtcd()
	c.startAPIServer(etcd)
	if o.Controllers {
		c.startControllers()
	}
	if o.Workers > 0 {
		c.startWorkers(o.Workers)
	}
	return c
}

// Run starts a further process, which is stopped before the API server is; ready is
// asked until it returns no error. The process has the variables of env, PATH, and
// Dir as its home.
func (c *Cluster) Run(name, binary string, args, env []string, ready func() error) {
	c.t.Helper()
	p, err := start(c.Dir, name, binary, args, env)
	require.NoError(c.t, err)
	c.processes = append(c.processes, p)
	started := time.Now()
	require.NoError(c.t, p.ready(ready))
	c.t.Logf("%s is ready after %.1f s", name, time.Since(started).Seconds())
}

// stop ends the processes, the newest first: an API server without its etcd hangs.
func (c *Cluster) stop() {
	if c.t.Failed() {
		for _, p := range c.processes {
			c.t.Log(p.tail())
		}
	}
	for i := len(c.processes) - 1; i >= 0; i-- {
		if err := c.processes[i].stop(); err != nil {
			c.t.Error(err)
		}
	}
}

// tool runs one of the tools that the modules below tools pin.
func (c *Cluster) tool(name string, args []string, ready func() error) {
	c.t.Helper()
	binary, err := parts.Binary(name)
	require.NoError(c.t, err)
	version, err := parts.Version(binary)
	require.NoError(c.t, err)
	c.versions = append(c.versions, name+" "+version)
	c.Run(name, binary, args, nil, ready)
}

// Versions name the tools that run, each with its version.
func (c *Cluster) Versions() string { return strings.Join(c.versions, ", ") }

func (c *Cluster) startEtcd() string {
	c.t.Helper()
	clients, peers := Address(c.t), Address(c.t)
	c.tool("etcd", []string{
		"--data-dir=" + c.Dir + "/etcd",
		"--unsafe-no-fsync",
		"--listen-client-urls=http://" + clients,
		"--advertise-client-urls=http://" + clients,
		"--listen-peer-urls=http://" + peers,
		"--initial-advertise-peer-urls=http://" + peers,
		"--initial-cluster=default=http://" + peers,
	}, OK("http://"+clients+"/health"))
	return "http://" + clients
}

func (c *Cluster) startAPIServer(etcd string) {
	c.t.Helper()
	require.NoError(c.t, c.ca.serve("apiserver"))
	address := Address(c.t)
	_, port, _ := net.SplitHostPort(address)
	c.server = "https://" + address
	c.login()
	health := rest.CopyConfig(c.Config)
	health.Timeout = 5 * time.Second
	client, err := rest.HTTPClientFor(health)
	require.NoError(c.t, err)
	c.tool("kube-apiserver", []string{
		"--etcd-servers=" + etcd,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		"--secure-port=" + port,
		"--tls-cert-file=apiserver.crt",
		"--tls-private-key-file=apiserver.key",
		"--client-ca-file=ca.crt",
		"--service-account-key-file=sa.key",
		"--service-account-signing-key-file=sa.key",
		"--service-account-issuer=" + c.server,
		"--service-cluster-ip-range=10.96.0.0/16",
		"--authorization-mode=RBAC",
		"--allow-privileged=true",
		"--endpoint-reconciler-type=none",
	}, func() error { return ok(client, c.server+"/readyz") })
}

// login makes the administrator's clients.
func (c *Cluster) login() {
	c.t.Helper()
	var err error
	c.Kubeconfig, c.Config, err = c.ca.client(c.server, "admin", "system:masters")
	require.NoError(c.t, err)
	// One client's requests are bounded in time here, not in number.
	c.Config.QPS, c.Config.Timeout, c.Config.WarningHandler = -1, patience, &c.warnings
	c.Client, err = dynamic.NewForConfig(c.Config)
	require.NoError(c.t, err)
	kinds, err := discovery.NewDiscoveryClientForConfig(c.Config)
	require.NoError(c.t, err)
	c.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(kinds))
}

// Address is a free one on the loopback interface. Its port is none of those that the
// system gives to clients, so no connection takes it before the server does.
func Address(t testing.TB) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 10000+rand.IntN(20000))
		listener, err := net.Listen("tcp", address)
		if err == nil {
			require.NoError(t, listener.Close())
			return address
		}
	}
	require.Fail(t, "no port is free")
	return ""
}

// OK asks a URL for the status 200.
func OK(url string) func() error {
	client := &http.Client{Timeout: 5 * time.Second}
	return func() error { return ok(client, url) }
}

func ok(client *http.Client, url string) error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}
