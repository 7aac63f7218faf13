package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const header = "apiVersion: efgen/v1\nkind: Environment\n"

// merges are files of one folder, and what its environment "case" means written
// out in one file. "> name" begins a file, "= same" the meaning.
var merges = map[string]string{
	"mappings merge, the naming file wins": `
> _base.yaml
labels: {a: base, b: base}
applications: {a: {replicas: 5, image: {tag: one}}}
> case.yaml
extends: [_base.yaml]
labels: {b: case, c: case}
applications: {a: {image: {pullPolicy: Always}}}
= same
labels: {a: base, b: case, c: case}
applications: {a: {replicas: 5, image: {tag: one, pullPolicy: Always}}}`,

	"lists replace, empty ones too": `
> _base.yaml
applications: {a: {env: [{name: A, value: a}, {name: B, value: b}], tolerations: [{key: a}]}}
> case.yaml
extends: [_base.yaml]
applications: {a: {env: [{name: C, value: c}], tolerations: []}}
= same
applications: {a: {env: [{name: C, value: c}], tolerations: []}}`,

	"later files win over earlier ones, each over its own base": `
> _one.yaml
extends: [sub/_deep.yaml]
labels: {a: one, b: one}
> _two.yaml
extends: [sub/_deep.yaml]
labels: {b: two}
> sub/_deep.yaml
extends: [../_root.yaml]
labels: {a: deep, c: deep}
> _root.yaml
labels: {c: root, d: root}
> case.yaml
extends: [_one.yaml, _two.yaml]
applications: {a: {}}
= same
labels: {a: deep, b: two, c: deep, d: root}
applications: {a: {}}`,

	"an environment may be extended": `
> other.yaml
namespace: other
applications: {a: {}, b: {}}
> case.yaml
extends: [other.yaml]
applications: {b: null}
= same
namespace: other
applications: {a: {}}`,

	"null removes what extended files set": `
> _base.yaml
labels: {a: base, b: base}
registry: {host: example.com, pullSecret: secret}
applications: {a: {ingress: {host: a.example.com}}, b: {}}
> case.yaml
extends: [_base.yaml]
labels: null
registry: {pullSecret: ~}
applications: {a: {ingress: }, b: null}
= same
registry: {host: example.com}
applications: {a: {}}`,

	"a value comes back after null": `
> _base.yaml
labels: {a: base, b: base}
> _middle.yaml
extends: [_base.yaml]
labels: null
> case.yaml
extends: [_middle.yaml]
labels: {c: case}
applications: {a: {}}
= same
labels: {c: case}
applications: {a: {}}`,

	"defaults lie under every application": `
> case.yaml
defaults: {replicas: 5, image: {tag: one}, resources: {limits: {memory: 2Gi}}}
applications: {a: {}, b: {replicas: 1, image: {digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}}}
clusterMonitor: {}
= same
applications:
  a: {replicas: 5, image: {tag: one}, resources: {limits: {memory: 2Gi}}}
  b:
    replicas: 1
    image: {tag: one, digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
    resources: {limits: {memory: 2Gi}}
clusterMonitor: {}`,

	"an application's value in any file beats a default in any file": `
> _base.yaml
defaults: {replicas: 2, minReadySeconds: 1}
applications: {a: {replicas: 4}}
> case.yaml
extends: [_base.yaml]
defaults: {replicas: 6}
applications: {b: {}}
= same
applications: {a: {replicas: 4, minReadySeconds: 1}, b: {replicas: 6, minReadySeconds: 1}}`,

	"null in an application removes a default, from any file": `
> _base.yaml
defaults: {ingress: {host: a.example.com}, podLabels: {a: x, b: x}}
applications: {a: {podLabels: {a: null}}}
> case.yaml
extends: [_base.yaml]
applications: {a: {ingress: null}}
= same
applications: {a: {podLabels: {b: x}}}`,

	"null in defaults removes an extended default": `
> _base.yaml
defaults: {replicas: 5, minReadySeconds: 1}
> case.yaml
extends: [_base.yaml]
defaults: {replicas: null}
applications: {a: {}}
= same
applications: {a: {minReadySeconds: 1}}`,

	"switches go off and on again": `
> _base.yaml
defaults: {service: false}
applications:
  a: {networkPolicy: false, disruptionBudget: {maxUnavailable: 2}}
> case.yaml
extends: [_base.yaml]
applications:
  a: {networkPolicy: {}, disruptionBudget: false}
  b: {service: {}}
= same
applications:
  a: {service: false, disruptionBudget: false}
  b: {}`,

	"one replica needs no budget, spreading and waiting": `
> case.yaml
applications: {a: {replicas: 1}, b: {replicas: 0}, c: {replicas: 1, disruptionBudget: {}}}
= same
applications:
  a: {replicas: 1, disruptionBudget: false, minReadySeconds: 0}
  b: {replicas: 0, disruptionBudget: false, minReadySeconds: 0}
  c: {replicas: 1, disruptionBudget: {maxUnavailable: 1}, minReadySeconds: 0}`,

	"empty texts stand for not set": `
> case.yaml
namespace: ""
cluster: {name: "", platform: "", version: "", domain: ""}
registry: {host: "", pullSecret: ""}
applications: {a: {image: {repository: "", tag: "", digest: "", pullPolicy: ""}, serviceAccount: "", security: {name: "", delivery: ""}}}
rbac: {scope: "", roleName: ""}
= same
applications: {a: {}}`,

	"a namespace of the cluster is not created": `
> case.yaml
namespace: openshift-streaming
applications: {a: {}}
= same
namespace: openshift-streaming
createNamespace: false
applications: {a: {}}`,
}

func TestMerging(t *testing.T) {
	for name, text := range merges {
		t.Run(name, func(t *testing.T) {
			written, same, found := strings.Cut(text, "\n= same\n")
			require.True(t, found)
			files := map[string]string{}
			for _, file := range strings.Split(written, "\n> ")[1:] {
				name, content, _ := strings.Cut(file, "\n")
				files[name] = content
				if !strings.HasPrefix(name, "_") && !strings.Contains(name, "/") {
					files[name] = header + content
				}
			}
			got := read(t, environments(t, files), "case")
			want := read(t, environments(t, map[string]string{"case.yaml": header + same}), "case")
			assertSame(t, want, got)
		})
	}
}
