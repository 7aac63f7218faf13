package cluster

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/.ci/cluster/parts"
)

func (c *Cluster) startControllers() {
	c.t.Helper()
	kubeconfig := c.user("system:kube-controller-manager")
	port, ready := c.secure()
	c.tool("kube-controller-manager", []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--service-account-private-key-file=sa.key",
		"--root-ca-file=ca.crt",
		"--use-service-account-credentials=true",
		// kwok is given no stage in which a kubelet's heart beats.
		"--node-monitor-grace-period=24h",
		// Some tests run hundreds of pods, and nobody else asks the API server.
		"--kube-api-qps=200",
		"--kube-api-burst=300",
		"--leader-elect=false",
		"--bind-address=127.0.0.1",
		port,
	}, ready)
}

// startWorkers also runs what makes pods Ready there.
func (c *Cluster) startWorkers(n int) {
	c.t.Helper()
	kubeconfig := c.user("system:kube-scheduler")
	port, ready := c.secure()
	c.tool("kube-scheduler", []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--leader-elect=false",
		"--bind-address=127.0.0.1",
		port,
	}, ready)
	kubelets := Address(c.t)
	c.tool("kwok", []string{
		"--kubeconfig=" + c.Kubeconfig,
		"--config=" + c.stages(),
		"--manage-all-nodes",
		"--node-ip=127.0.0.1",
		"--server-address=" + kubelets,
	}, OK("http://"+kubelets+"/healthz"))
	for i := range n {
		c.addWorker(fmt.Sprintf("worker-%d", i))
	}
}

func (c *Cluster) user(name string) string {
	c.t.Helper()
	kubeconfig, _, err := c.ca.client(c.server, name, "")
	require.NoError(c.t, err)
	return kubeconfig
}

// secure is a free --secure-port, and the test that something listens there.
func (c *Cluster) secure() (flag string, ready func() error) {
	address := Address(c.t)
	_, port, _ := net.SplitHostPort(address)
	return "--secure-port=" + port, func() error {
		connection, err := net.DialTimeout("tcp", address, patience)
		if err != nil {
			return err
		}
		return connection.Close()
	}
}

// stages writes what kwok plays: workers and pods that become Ready at once, and go
// when they are told to.
func (c *Cluster) stages() string {
	c.t.Helper()
	kwok, err := parts.Kwok.Module("sigs.k8s.io/kwok")
	require.NoError(c.t, err)
	var all [][]byte
	for _, pattern := range []string{"node/fast", "pod/fast"} {
		files, err := filepath.Glob(filepath.Join(kwok, "kustomize/stage", pattern, "*-*.yaml"))
		require.NoError(c.t, err)
		require.NotEmpty(c.t, files)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(c.t, err)
			all = append(all, text)
		}
	}
	path := filepath.Join(c.Dir, "stages.yaml")
	require.NoError(c.t, os.WriteFile(path, bytes.Join(all, []byte("\n---\n")), 0o600))
	return path
}

func (c *Cluster) addWorker(name string) {
	c.t.Helper()
	room := map[string]any{"cpu": "32", "memory": "256Gi", "pods": "110"}
	worker := unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1",
		"kind":       "Node",
		"metadata": map[string]any{
			"name":   name,
			"labels": map[string]any{"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"},
		},
		"status": map[string]any{"allocatable": room, "capacity": room},
	}}
	text, err := yaml.Marshal(worker.Object)
	require.NoError(c.t, err)
	_, err = c.Apply(c.t.Context(), Manifest{Path: name, Text: text, Object: worker}, false)
	require.NoError(c.t, err)
}
