package workload

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"regexp"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/schemas"
)

// Minor is the Kubernetes version of every environment.
const Minor = "1.34"

const base = `apiVersion: efgen/v1
kind: Environment
cluster: {name: shared, version: "` + Minor + `"}
registry: {host: registry.example.com/streaming, pullSecret: registry-credentials}
rbac: {scope: namespace, roleName: service-update}
defaults:
  ingress: {className: nginx}
  files: {resources: {logback-test.xml: files/logback.xml}}
applications:
  ef-kubernetes-app: {}
`

const logback = `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">
    <encoder>
      <pattern>%d{yyyy-MM-dd HH:mm:ss.SSSZ} [%thread] %-5level %logger{36}: %msg%n</pattern>
    </encoder>
  </appender>
  <root level="INFO">
    <appender-ref ref="CONSOLE"/>
  </root>
</configuration>
`

// text is the environment file.
func (e environment) text() string {
	return fmt.Sprintf(`apiVersion: efgen/v1
kind: Environment
extends: [_base.yaml]
namespace: %s
labels: {example.com/team: %s}
applications:
  ef-kubernetes-app:
    image: {tag: %q}
    replicas: %d
    resources:
      requests: {cpu: %s, memory: %s}
      limits: {memory: %s}
    ingress: {host: %s}
    security: {trustedHosts: [%q]}
`, e.namespace, e.team, e.tag, e.replicas, e.cpu, e.memory, e.memoryLimit, e.host, e.trustedHost)
}

// writeEnvironments writes an environments folder.
func writeEnvironments(dir string, environments []environment) error {
	files := map[string]string{"_base.yaml": base, "files/logback.xml": logback}
	for _, e := range environments {
		files[e.name+".yaml"] = e.text()
	}
	return write(dir, files)
}

var (
	versions = regexp.MustCompile(`version = "(1\.\d+\.0)"`)
	checksum = regexp.MustCompile(`configuration-sha256: ([0-9a-f]{64})`)
)

// rendered is what efgen makes of an environment.
type rendered struct {
	environment
	manifests []tree.File
}

func (r rendered) find(file string) tree.File {
	for _, f := range r.manifests {
		if path.Base(f.Path) == file {
			return f
		}
	}
	return tree.File{}
}

func render(folder *config.Folder, e environment) (r rendered, err error) {
	env, problems := folder.Read(e.name)
	if rule.Failed(problems) {
		return r, fmt.Errorf("read %s: %v", e.name, problems)
	}
	files, problems := generate.Render(env)
	if rule.Failed(problems) {
		return r, fmt.Errorf("render %s: %v", e.name, problems)
	}
	r.environment = e
	for _, f := range files {
		if path.Ext(f.Path) == ".yaml" && f.Path != "kustomization.yaml" {
			r.manifests = append(r.manifests, f)
		}
	}
	return r, r.derive()
}

// derive finds what efgen has computed.
func (r *rendered) derive() error {
	found := versions.FindAllSubmatch(r.find("configmap-configuration.yaml").Data, -1)
	sum := checksum.FindSubmatch(r.find("statefulset.yaml").Data)
	if len(r.manifests) != 12 || len(found) != 2 || sum == nil {
		return errors.New("efgen no longer renders what peers are compared on: adapt the workload")
	}
	r.nodeVersion, r.securityVersion, r.checksum = string(found[0][1]), string(found[1][1]), string(sum[1])
	return nil
}

// template renders an environment that is all placeholders.
func template(dir string) (rendered, error) {
	if err := writeEnvironments(dir, []environment{placeholders}); err != nil {
		return rendered{}, err
	}
	folder, err := config.Open(dir, filepath.Base(dir), schemas.Minors())
	if err != nil {
		return rendered{}, err
	}
	defer folder.Close()
	return render(folder, placeholders)
}
