package gitops

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/parts"
)

// handOver lets autoscalers decide on the nodes of both applications, in one change. The
// number of nodes of the first one is handed over before, as the review says: its pods
// stay. Nobody does that for the second one, and the API server sets it to one node.
func (s *story) handOver(before []cluster.Manifest) revision {
	s.t.Helper()
	started := time.Now()
	kept, lost := s.running("ef-kubernetes-app", 4), s.running("lv-orders", 2)
	s.replace("    replicas: 4\n", "    autoscaling: {minReplicas: 4, maxReplicas: 6, cpu: 70}\n")
	s.replace("    replicas: 2\n", "    autoscaling: {minReplicas: 2, maxReplicas: 4, cpu: 70}\n")
	s.shell(s.commandFor("ef-kubernetes-app"))
	scaled := s.merge(s.propose())
	s.settle("scale", scaled, before)

	s.within("a node that was not handed over stops", func() error {
		if now := s.pods("lv-orders"); now["lv-orders-1"] == lost["lv-orders-1"] {
			return fmt.Errorf("lv-orders-1 goes on: %v", now)
		}
		return nil
	})
	assert.Equal(s.t, kept, s.pods("ef-kubernetes-app"), "the pods that were handed over")
	assert.Equal(s.t, "4", s.field("ef-kubernetes-app", "replicas"))
	s.proved("keeps the nodes that are handed over to an autoscaler, and stops others", len(kept), "pods", started)
	return scaled
}

// running waits until all nodes of an application are Ready.
func (s *story) running(application string, nodes int64) map[string]types.UID {
	s.t.Helper()
	s.within(application+" runs", func() error {
		o := object("apps/v1", "StatefulSet", "production", application)
		if err := s.read(o, &o); err != nil {
			return err
		}
		ready, _, _ := unstructured.NestedInt64(o.Object, "status", "readyReplicas")
		current, _, _ := unstructured.NestedInt64(o.Object, "status", "updatedReplicas")
		if ready != nodes || current != nodes {
			return fmt.Errorf("%d nodes are ready, and %d are up to date", ready, current)
		}
		return nil
	})
	return s.pods(application)
}

// pods are those of an application, by name.
func (s *story) pods(application string) map[string]types.UID {
	s.t.Helper()
	list, err := s.cluster.Client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"}).Namespace("production").
		List(s.t.Context(), metav1.ListOptions{LabelSelector: "app=" + application})
	require.NoError(s.t, err)
	all := map[string]types.UID{}
	for _, pod := range list.Items {
		all[pod.GetName()] = pod.GetUID()
	}
	return all
}

// commandFor is what the review tells people to run before an application's replicas leave
// its manifest.
func (s *story) commandFor(application string) string {
	s.t.Helper()
	stdout, stderr, err := s.run("diff", "--env", "production", "--base", filepath.Join(s.checkout, path), "--format", "json")
	require.NoError(s.t, err, stderr)
	var review struct {
		Changes []struct {
			Name  string
			Risks []struct{ Rule, Message string }
		}
	}
	require.NoError(s.t, json.Unmarshal([]byte(stdout), &review))
	for _, change := range review.Changes {
		for _, risk := range change.Risks {
			if _, command, found := strings.Cut(risk.Message, "run this first: "); found && risk.Rule == "ER110" && change.Name == application {
				return command
			}
		}
	}
	require.Fail(s.t, "no command", "the review prints no command for %s: %s", application, stdout)
	return ""
}

// shell runs a command as a person does who may do everything in the cluster.
func (s *story) shell(command string) {
	s.t.Helper()
	kubectl, err := parts.Binary("kubectl")
	require.NoError(s.t, err)
	run := exec.CommandContext(s.t.Context(), "sh", "-c", command)
	run.Env = []string{"KUBECONFIG=" + s.cluster.Kubeconfig, "HOME=" + s.cluster.Dir, "PATH=" + filepath.Dir(kubectl) + string(os.PathListSeparator) + os.Getenv("PATH")}
	out, err := run.CombinedOutput()
	require.NoError(s.t, err, "%s: %s", command, out)
}
