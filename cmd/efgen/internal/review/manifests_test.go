package review_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const relayPods = "template: {metadata: {labels: {app: a}}, spec: {terminationGracePeriodSeconds: 30, containers: [{name: relay, image: x:1, lifecycle: {preStop: {exec: {command: [a]}}}}]}}"

func named(apiVersion, kind, rest string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: relay, namespace: production}\n" + rest + "\n"
}

// relayWith are the pods with another text in the place of one.
func relayWith(old, new string) string { return strings.Replace(relayPods, old, new, 1) }

// foreignChanges are changes of the spec of an object, and the risks that they are.
var foreignChanges = map[string]struct {
	apiVersion, kind, old, new string
	want                       []string
}{
	"selector of a Deployment":     {"apps/v1", "Deployment", "spec: {selector: {matchLabels: {app: a}}, " + relayPods + "}", "spec: {selector: {matchLabels: {app: b}}, " + relayPods + "}", []string{"ER103"}},
	"selector of a DaemonSet":      {"apps/v1", "DaemonSet", "spec: {selector: {matchLabels: {app: a}}, " + relayPods + "}", "spec: {selector: {matchLabels: {app: b}}, " + relayPods + "}", []string{"ER103"}},
	"selector of a ReplicaSet":     {"apps/v1", "ReplicaSet", "spec: {selector: {matchLabels: {app: a}}, " + relayPods + "}", "spec: {selector: {matchLabels: {app: b}}, " + relayPods + "}", []string{"ER103"}},
	"pods of a Deployment":         {"apps/v1", "Deployment", "spec: {" + relayPods + "}", "spec: {" + relayWith("x:1", "x:2") + "}", []string{"ER403"}},
	"pods of a ReplicaSet":         {"apps/v1", "ReplicaSet", "spec: {" + relayPods + "}", "spec: {" + relayWith("x:1", "x:2") + "}", []string{"ER403"}},
	"pods of a CronJob":            {"batch/v1", "CronJob", "spec: {jobTemplate: {spec: {" + relayPods + "}}}", "spec: {jobTemplate: {spec: {" + relayWith("x:1", "x:2") + "}}}", []string{"ER403"}},
	"fewer replicas":               {"apps/v1", "Deployment", "spec: {replicas: 3, " + relayPods + "}", "spec: {replicas: 2, " + relayPods + "}", []string{"ER304"}},
	"no time to stop":              {"apps/v1", "Deployment", "spec: {" + relayPods + "}", "spec: {" + relayWith("30", "0") + "}", []string{"ER214", "ER307"}},
	"policy that was the default":  {"apps/v1", "StatefulSet", "spec: {" + relayPods + "}", "spec: {podManagementPolicy: OrderedReady, " + relayPods + "}", []string{"ER214"}},
	"another policy":               {"apps/v1", "StatefulSet", "spec: {" + relayPods + "}", "spec: {podManagementPolicy: Parallel, " + relayPods + "}", []string{"ER101"}},
	"another governing Service":    {"apps/v1", "StatefulSet", "spec: {serviceName: a, " + relayPods + "}", "spec: {serviceName: b, " + relayPods + "}", []string{"ER101"}},
	"numbers of a StatefulSet":     {"apps/v1", "StatefulSet", "spec: {ordinals: {start: 0}, minReadySeconds: 1, revisionHistoryLimit: 1, " + relayPods + "}", "spec: {ordinals: {start: 1}, minReadySeconds: 2, revisionHistoryLimit: 2, " + relayPods + "}", []string{"ER214", "ER304"}},
	"class of a claim":             {"v1", "PersistentVolumeClaim", "spec: {storageClassName: a}", "spec: {storageClassName: b}", []string{"ER103"}},
	"access to a claim":            {"v1", "PersistentVolumeClaim", "spec: {accessModes: [ReadWriteOnce]}", "spec: {accessModes: [ReadWriteMany]}", []string{"ER103"}},
	"volume of a claim":            {"v1", "PersistentVolumeClaim", "spec: {volumeName: a}", "spec: {volumeName: b}", []string{"ER103"}},
	"volume that a claim is given": {"v1", "PersistentVolumeClaim", "spec: {}", "spec: {volumeName: b}", []string{"ER403"}},
	"type of a Secret":             {"v1", "Secret", "type: Opaque", "type: kubernetes.io/tls", []string{"ER103"}},
	"immutable Secret":             {"v1", "Secret", "immutable: true\nstringData: {a: x}", "immutable: true\nstringData: {a: z}", []string{"ER103"}},
	"Secret":                       {"v1", "Secret", "stringData: {a: x}", "stringData: {a: z}", []string{"ER403"}},
	"becoming immutable":           {"v1", "ConfigMap", "data: {a: x}", "immutable: true\ndata: {a: x}", []string{"ER403"}},
	"another address":              {"v1", "Service", "spec: {clusterIP: 10.96.0.9}", "spec: {clusterIP: 10.96.0.10}", []string{"ER104"}},
	"an address left out":          {"v1", "Service", "spec: {clusterIP: 10.96.0.9}", "spec: {}", []string{"ER403"}},
	"no longer headless":           {"v1", "Service", "spec: {clusterIP: None}", "spec: {}", []string{"ER104"}},
	"an outside address":           {"v1", "Service", "spec: {externalIPs: [192.0.2.1]}", "spec: {externalIPs: [192.0.2.1, 192.0.2.2]}", []string{"ER204"}},
	"a load balancer":              {"v1", "Service", "spec: {type: NodePort}", "spec: {type: LoadBalancer}", []string{"ER204"}},
	"sources of a load balancer":   {"v1", "Service", "spec: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/16]}", "spec: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]}", []string{"ER204"}},
	"fewer sources":                {"v1", "Service", "spec: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]}", "spec: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/16]}", []string{"ER403"}},
	"every source":                 {"v1", "Service", "spec: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]}", "spec: {type: LoadBalancer}", []string{"ER204"}},
	"a port that is its target":    {"v1", "Service", "spec: {type: NodePort, ports: [{name: a, port: 80}]}", "spec: {type: NodePort, ports: [{name: a, port: 80}, {name: b, port: 81}]}", []string{"ER204"}},
	"a target that is written":     {"v1", "Service", "spec: {type: NodePort, ports: [{port: 80}]}", "spec: {type: NodePort, ports: [{port: 80, targetPort: 80}]}", []string{"ER403"}},
	"another target":               {"v1", "Service", "spec: {type: NodePort, ports: [{port: 80}]}", "spec: {type: NodePort, ports: [{port: 80, targetPort: 81}]}", []string{"ER204"}},
	"a protocol that is left out":  {"v1", "Service", "spec: {type: LoadBalancer, ports: [{port: 80, protocol: TCP}]}", "spec: {type: LoadBalancer, ports: [{port: 80}]}", []string{"ER403"}},
	"another protocol":             {"v1", "Service", "spec: {type: LoadBalancer, ports: [{port: 80}]}", "spec: {type: LoadBalancer, ports: [{port: 80, protocol: UDP}]}", []string{"ER204"}},
	"other pods behind a port":     {"v1", "Service", "spec: {type: NodePort, selector: {app: a}}", "spec: {type: NodePort, selector: {app: b}}", []string{"ER204"}},
	"more pods behind a port":      {"v1", "Service", "spec: {type: NodePort, selector: {app: a, tier: web}}", "spec: {type: NodePort, selector: {app: a}}", []string{"ER204"}},
	"fewer pods behind a port":     {"v1", "Service", "spec: {type: NodePort, selector: {app: a}}", "spec: {type: NodePort, selector: {app: a, tier: web}}", []string{"ER403"}},
	"first pods behind a port":     {"v1", "Service", "spec: {type: NodePort}", "spec: {type: NodePort, selector: {app: a}}", []string{"ER204"}},
	"no pods behind a port":        {"v1", "Service", "spec: {type: NodePort, selector: {app: a}}", "spec: {type: NodePort}", []string{"ER403"}},
	"other pods inside":            {"v1", "Service", "spec: {selector: {app: a}}", "spec: {selector: {app: b}}", []string{"ER403"}},
	"every name":                   {"networking.k8s.io/v1", "Ingress", "spec: {rules: [{host: a.example.com}]}", "spec: {rules: [{}]}", []string{"ER205"}},
	"a backend for every name":     {"networking.k8s.io/v1", "Ingress", "spec: {rules: [{host: a.example.com}]}", "spec: {defaultBackend: {service: {name: a}}, rules: [{host: a.example.com}]}", []string{"ER205"}},
	"a name among every name":      {"networking.k8s.io/v1", "Ingress", "spec: {rules: [{}]}", "spec: {rules: [{host: a.example.com}]}", []string{"ER403"}},
	"a Route's own name":           {"route.openshift.io/v1", "Route", "spec: {host: a.example.com}", "spec: {}", []string{"ER205"}},
	"role of OpenShift's binding":  {"authorization.openshift.io/v1", "ClusterRoleBinding", "userNames: []\nroleRef: {name: a}", "userNames: []\nroleRef: {name: b}", []string{"ER102"}},
}

// Risks of manifests that no environment of efgen's own comes to: those that others
// wrote, and those that a patch has changed.
func TestRisksOfManifestsThatOthersWrote(t *testing.T) {
	for name, c := range foreignChanges {
		t.Run(name, func(t *testing.T) {
			var rules []string
			for _, d := range compareTexts("extra/relay.yaml", named(c.apiVersion, c.kind, c.old), named(c.apiVersion, c.kind, c.new)).Changes {
				for _, r := range d.Risks {
					rules = append(rules, r.Rule)
				}
			}
			assert.Equal(t, c.want, rules)
		})
	}
}
