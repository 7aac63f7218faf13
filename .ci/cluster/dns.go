package cluster

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/stretchr/testify/require"
)

// corefile is what CoreDNS is told of one domain of a cluster: its address, the domain and a kubeconfig.
const corefile = `.:%s {
	bind 127.0.0.1
	errors
	kubernetes %s in-addr.arpa {
		kubeconfig %s
		pods insecure
	}
}
`

// Resolvers runs CoreDNS, and returns what asks it: for each domain, as the DNS of a cluster
// with that domain would answer.
func (c *Cluster) Resolvers(domains []string) map[string]*net.Resolver {
	c.t.Helper()
	resolvers, addresses, text := map[string]*net.Resolver{}, []string{}, strings.Builder{}
	for _, domain := range domains {
		address := Address(c.t)
		_, port, _ := net.SplitHostPort(address)
		fmt.Fprintf(&text, corefile, port, domain, c.Kubeconfig)
		addresses = append(addresses, address)
		resolvers[domain] = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}}
	}
	file := filepath.Join(c.Dir, "Corefile")
	require.NoError(c.t, os.WriteFile(file, []byte(text.String()), 0o600))
	c.tool("coredns", []string{"-conf=" + file}, func() error {
		for _, address := range addresses {
			connection, err := net.DialTimeout("tcp", address, patience)
			if err != nil {
				return err
			}
			if err := connection.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	return resolvers
}
