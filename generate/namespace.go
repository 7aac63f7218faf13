package generate

import (
	corev1 "k8s.io/api/core/v1"
)

// keep tells controllers not to delete an object that is no longer in the output:
// deleting a Namespace or a volume claim deletes everything inside.
// Sources: https://fluxcd.io/flux/components/kustomize/kustomizations/#prune and
// https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/.
var keep = map[string]string{
	"kustomize.toolkit.fluxcd.io/prune": "disabled",
	"argocd.argoproj.io/sync-options":   "Prune=false,Delete=false",
}

func (r *renderer) addNamespace() {
	if !*r.env.CreateNamespace {
		return
	}
	ns := &corev1.Namespace{TypeMeta: typeMeta("v1", "Namespace"), ObjectMeta: clusterMeta(r.env, r.env.Namespace)}
	for _, mode := range []string{"enforce", "audit", "warn"} {
		ns.Labels["pod-security.kubernetes.io/"+mode] = string(r.env.Policy.PodSecurity)
		ns.Labels["pod-security.kubernetes.io/"+mode+"-version"] = "v" + r.env.Cluster.Version
	}
	annotate(&ns.ObjectMeta, keep)
	addObject(r, "namespace.yaml", ns)
}
