package fit

import (
	"slices"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var scalesNothing = row{Rule: rule.Rule{
	ID: "EF332", Severity: rule.Error, Title: "an autoscaler scales nothing",
	Why:     "the workload that it names does not exist, so the number of pods never changes",
	Example: "kind: HorizontalPodAutoscaler\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: flwo}}",
	Fix:     "scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: flow}",
}, Check: findScalesNothing}

func findScalesNothing(set *manifest.Set, f *rule.Finder) {
	for _, scaler := range manifest.Each[autoscalingv2.HorizontalPodAutoscaler](set) {
		target := scaler.Value.Spec.ScaleTargetRef
		if set.ScaledBy(scaler) == nil && slices.Contains([]string{"StatefulSet", "Deployment", "ReplicaSet"}, target.Kind) {
			f.Report(scaler.At("spec.scaleTargetRef.name"), "name a workload of the namespace", "%s %q does not exist in namespace %q", target.Kind, target.Name, scaler.Namespace)
		}
	}
}

var replicasTwice = row{Rule: rule.Rule{
	ID: "EF333", Severity: rule.Warning, Title: "a number of replicas beside an autoscaler",
	Why:     "every apply sets the number of pods back to the manifest's, whatever the load is",
	Example: "kind: StatefulSet\nspec: {replicas: 3}   # and a HorizontalPodAutoscaler of it",
	Fix:     "leave replicas out, after the number was handed over to another field manager",
}, Check: findReplicasTwice}

func findReplicasTwice(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		if written := w.Fields.Scalar("spec", "replicas"); w.Autoscaled && written != "" {
			f.Report(w.At("spec.replicas"), "leave it to the autoscaler", "every apply sets %s back to %s pods, whatever its autoscaler did", w.Manifest(), written)
		}
	}
}

// serviceMonitor is the apiVersion of the Prometheus operator's kinds.
const serviceMonitor = "monitoring.coreos.com/v1"

var readsNothing = row{Rule: rule.Rule{
	ID: "EF334", Severity: rule.Error, Title: "a ServiceMonitor reads nothing",
	Why:     "the operator of Prometheus finds what to read by the labels of a Service and the name of its port; with another name it reports nothing, and there are no metrics",
	Example: "kind: ServiceMonitor\nspec: {endpoints: [{port: http}]}   # the Service's port is named web",
	Fix:     "spec: {endpoints: [{port: web}]}",
}, Check: findReadsNothing}

// findReadsNothing looks into the namespace of the ServiceMonitor, unless it names others.
func findReadsNothing(set *manifest.Set, f *rule.Finder) {
	for _, o := range set.Objects() {
		spec := o.Fields.Mapping("spec")
		if o.APIVersion != serviceMonitor || o.Kind != "ServiceMonitor" || spec.Get("namespaceSelector") != nil || spec.Mapping("selector").Get("matchExpressions") != nil {
			continue
		}
		selected := monitored(set, o, spec.Mapping("selector").Mapping("matchLabels"))
		if len(selected) == 0 {
			f.Report(o.At("spec.selector"), "use the labels of a Service", "no Service of namespace %q has these labels", o.Namespace)
			continue
		}
		endpoints, _ := spec.Get("endpoints").([]any)
		for i, endpoint := range endpoints {
			fields, _ := endpoint.(*manifest.Mapping)
			port := fields.Text("port")
			if port != "" && !slices.ContainsFunc(selected, func(s *corev1.Service) bool { return hasPort(s, port) }) {
				f.Report(o.At(rule.Index("spec.endpoints", i)+".port"), "use the name of one of their ports", "no Service that this selects has a port named %q", port)
			}
		}
	}
}

// A serviceLabel is one of a Service's; without a key it stands for all of its namespace.
type serviceLabel struct{ namespace, key, value string }

func servicesByLabel(set *manifest.Set) map[serviceLabel][]*corev1.Service {
	all := map[serviceLabel][]*corev1.Service{}
	for _, service := range manifest.Each[corev1.Service](set) {
		labels := []serviceLabel{{namespace: service.Namespace}}
		for key, value := range service.Value.Labels {
			labels = append(labels, serviceLabel{service.Namespace, key, value})
		}
		for _, label := range labels {
			all[label] = append(all[label], service.Value)
		}
	}
	return all
}

// monitored are the Services with some labels, which the rarest of them narrows.
func monitored(set *manifest.Set, o *manifest.Object, labels *manifest.Mapping) (all []*corev1.Service) {
	known := manifest.Index(set, servicesByLabel)
	candidates := known[serviceLabel{namespace: o.Namespace}]
	for _, key := range labels.Keys() {
		if with := known[serviceLabel{o.Namespace, key, labels.Text(key)}]; len(with) < len(candidates) {
			candidates = with
		}
	}
	for _, service := range candidates {
		if !slices.ContainsFunc(labels.Keys(), func(key string) bool { return service.Labels[key] != labels.Text(key) }) {
			all = append(all, service)
		}
	}
	return all
}

func hasPort(service *corev1.Service, name string) bool {
	return slices.ContainsFunc(service.Spec.Ports, func(p corev1.ServicePort) bool { return p.Name == name })
}
