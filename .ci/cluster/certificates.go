package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// An authority signs the certificates of one cluster.
type authority struct {
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// newAuthority also writes the key that signs the tokens of ServiceAccounts, as
// sa.key.
func newAuthority(dir string) (*authority, error) {
	a := &authority{dir: dir}
	var err error
	if a.key, err = a.newKey("ca"); err != nil {
		return nil, err
	}
	if _, err = a.newKey("sa"); err != nil {
		return nil, err
	}
	a.cert = template(pkix.Name{CommonName: "efgen-ca"})
	a.cert.IsCA, a.cert.BasicConstraintsValid = true, true
	a.cert.KeyUsage = x509.KeyUsageCertSign
	return a, a.write("ca", a.cert, a.key)
}

// serve issues the certificate of a server on this machine.
func (a *authority) serve(name string) error {
	cert := template(pkix.Name{CommonName: name})
	cert.DNSNames = []string{"localhost", "kubernetes.default.svc"}
	cert.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	return a.issue(name, cert)
}

// client issues the certificate of a user of the API server, whose group is the
// organization, and writes what a program needs to be that user: a kubeconfig.
func (a *authority) client(server, user, group string) (string, *rest.Config, error) {
	subject := pkix.Name{CommonName: user}
	if group != "" {
		subject.Organization = []string{group}
	}
	name := filepath.Base(user)
	if err := a.issue(name, template(subject)); err != nil {
		return "", nil, err
	}
	config := clientcmdapi.NewConfig()
	config.Clusters["cluster"] = &clientcmdapi.Cluster{Server: server, CertificateAuthority: a.path("ca.crt")}
	config.AuthInfos["user"] = &clientcmdapi.AuthInfo{ClientCertificate: a.path(name + ".crt"), ClientKey: a.path(name + ".key")}
	config.Contexts["context"] = &clientcmdapi.Context{Cluster: "cluster", AuthInfo: "user"}
	config.CurrentContext = "context"
	kubeconfig := a.path(name + ".kubeconfig")
	if err := clientcmd.WriteToFile(*config, kubeconfig); err != nil {
		return "", nil, err
	}
	client, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	return kubeconfig, client, err
}

func (a *authority) path(name string) string { return filepath.Join(a.dir, name) }

func (a *authority) issue(name string, cert *x509.Certificate) error {
	key, err := a.newKey(name)
	if err != nil {
		return err
	}
	return a.write(name, cert, key)
}

func (a *authority) newKey(name string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	text, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, a.writePEM(name+".key", "EC PRIVATE KEY", text)
}

func (a *authority) write(name string, cert *x509.Certificate, key *ecdsa.PrivateKey) error {
	signed, err := x509.CreateCertificate(rand.Reader, cert, a.cert, key.Public(), a.key)
	if err != nil {
		return fmt.Errorf("sign the certificate of %s: %w", name, err)
	}
	return a.writePEM(name+".crt", "CERTIFICATE", signed)
}

func (a *authority) writePEM(name, kind string, data []byte) error {
	return os.WriteFile(a.path(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}), 0o600)
}

func template(subject pkix.Name) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      subject,
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
}
