package review_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const written = `apiVersion: apps/v1
kind: Deployment
metadata: {name: relay, namespace: production}
spec:
  selector: {matchLabels: {app: relay}}
  template:
    metadata: {labels: {app: relay}}
    spec: {containers: [{name: relay, image: "relay:1", ports: [{containerPort: 80}], resources: {requests: {memory: 1024Mi}}}]}
`

// live is what a cluster makes of it: fields that it fills in, and what somebody had applied.
const live = `apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: relay
    namespace: production
    uid: 5f0c6a1e
    resourceVersion: "7"
    generation: 2
    annotations: {deployment.kubernetes.io/revision: "1"%s}
    managedFields: [{manager: controller, operation: Update, fieldsV1: {f:status: {}}}%s]
  spec:
    replicas: 2
    progressDeadlineSeconds: 600
    selector: {matchLabels: {app: relay}}
    template:
      metadata: {labels: {app: relay}}
      spec:
        restartPolicy: Always
        containers:
        - {name: relay, image: "relay:1", ports: [{containerPort: 80, protocol: TCP}], resources: {requests: {memory: 1Gi}}, imagePullPolicy: IfNotPresent}
  status: {replicas: 1}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: kube-root-ca.crt, namespace: production, uid: 5f0c6a1f, resourceVersion: "8"}
  data: {ca.crt: x}
`

func dump(annotation, manager string) string { return fmt.Sprintf(live, annotation, manager) }

func TestADumpIsComparedAsAnApplyWouldChangeIt(t *testing.T) {
	for name, c := range map[string]struct {
		annotation, manager string
		want                []string
	}{
		"nobody applied":                   {},
		"kubectl applied":                  {annotation: `, kubectl.kubernetes.io/last-applied-configuration: '{"spec":{"replicas":2}}'`, want: []string{"spec.replicas"}},
		"somebody applied on the server":   {manager: `, {manager: kubectl, operation: Apply, fieldsV1: {f:spec: {f:replicas: {}}}}`, want: []string{"spec.replicas"}},
		"somebody updates, and no applier": {manager: `, {manager: hand, operation: Update, fieldsV1: {f:spec: {f:replicas: {}}}}`},
		"an item of a list":                {manager: `, {manager: kubectl, operation: Apply, fieldsV1: {f:spec: {f:template: {f:spec: {f:containers: {'k:{"name":"relay"}': {f:imagePullPolicy: {}}}}}}}}`, want: []string{"spec.template.spec.containers[name=relay].imagePullPolicy"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range compareTexts("extra/object.yaml", dump(c.annotation, c.manager), written).Changes {
				require.Equal(t, "Deployment", d.Kind, "what nobody applied stays in the cluster")
				for _, f := range d.Fields {
					if f.Path != `metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]` {
						got = append(got, f.Path)
					}
				}
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestOnlyADumpIsTakenForOne(t *testing.T) {
	require.Len(t, compareTexts("extra/object.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: production}\ndata: {uid: x, resourceVersion: z}\n", "").Changes, 1)
}
