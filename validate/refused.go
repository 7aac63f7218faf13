package validate

import (
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/efgen/efgen/validate/rule"
)

var refusedValue = rule.Rule{
	ID: "EF207", Severity: rule.Error, Title: "the API server refuses a value",
	Why:     "some values fit their schema and their type, and are refused all the same: the sync fails, or pods are never created",
	Example: "resources: {requests: {memory: 4Gi}, limits: {memory: 2Gi}}",
	Fix:     "resources: {requests: {memory: 2Gi}, limits: {memory: 2Gi}}",
}

var refusedChecks = []row{{refusedValue, findRefused}}

// findRefused knows of the API server's own validation what people get wrong.
func findRefused(s *subject, r *report) {
	for _, o := range s.objects {
		refusedAnnotations(r, o)
	}
	for _, w := range s.allWorkloads {
		refusedPod(r, w)
		for _, c := range w.containers() {
			refusedContainer(r, c, w.at(c.field))
		}
		if w.set != nil {
			for i := range w.set.Spec.VolumeClaimTemplates {
				refusedClaim(r, &w.set.Spec.VolumeClaimTemplates[i].Spec, w.at("spec.volumeClaimTemplates").item(i).below("spec"))
			}
		}
	}
	for _, claim := range each[corev1.PersistentVolumeClaim](s) {
		refusedClaim(r, &claim.value.Spec, claim.at("spec"))
	}
	for _, ingress := range each[networkingv1.Ingress](s) {
		refusedIngress(r, ingress)
	}
	for _, policy := range each[networkingv1.NetworkPolicy](s) {
		refusedNetworkPolicy(r, policy)
	}
}

// sources counts what is set of a struct of pointers, of which one is to be set.
func sources(union any) int {
	n, fields := 0, reflect.ValueOf(union)
	for i := range fields.NumField() {
		if field := fields.Field(i); field.Kind() == reflect.Pointer && !field.IsNil() {
			n++
		}
	}
	return n
}

func refusedResources(r *report, requests, limits corev1.ResourceList, at place) {
	refusedQuantities(r, limits, at.below("limits"))
	refusedQuantities(r, requests, at.below("requests"))
	for name, request := range requests {
		where := at.below("requests").entry(string(name))
		limit, limited := limits[name]
		request, limit = stored(request), stored(limit)
		switch {
		case !overcommits(name) && !limited:
			r.add(where, "set a limit of the same amount", "%q is requested without a limit, which only cpu, memory and ephemeral-storage can be", name)
		case !overcommits(name) && request.Cmp(limit) != 0:
			r.add(where, "make both the same", "%s of %q are requested and %s are the limit: of this resource, both must be equal", request.String(), name, limit.String())
		case limited && request.Cmp(limit) > 0:
			r.add(where, "lower the request, or raise the limit", "the request of %s for %q is above the limit of %s", request.String(), name, limit.String())
		}
	}
}

// stored is a quantity as the API server keeps it: in whole thousandths.
func stored(quantity resource.Quantity) resource.Quantity {
	quantity = quantity.DeepCopy()
	quantity.RoundUp(resource.Milli)
	return quantity
}

func refusedQuantities(r *report, list corev1.ResourceList, at place) {
	for name, quantity := range list {
		where, amount := at.entry(string(name)), stored(quantity)
		if !plainResource(name) {
			r.add(where, "name the resource with its domain, as in nvidia.com/gpu", "a container has no resource %q: without a domain there are cpu, memory, ephemeral-storage and hugepages-<size>", name)
		}
		switch {
		case amount.Sign() < 0:
			r.add(where, "use an amount that is not negative", "the amount of %q is negative: %s", name, quantity.String())
		case extended(name) && amount.MilliValue()%1000 != 0:
			r.add(where, "use a whole number", "%q is counted in whole numbers, not in %s", name, quantity.String())
		}
	}
}

// plainResource tells whether a resource without a domain is one that containers have.
func plainResource(name corev1.ResourceName) bool {
	switch name {
	case corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage:
		return true
	}
	return strings.Contains(string(name), "/") || hugePages(name)
}

func hugePages(name corev1.ResourceName) bool {
	return strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
}

// extended tells whether a resource is one that the cluster's owner adds.
func extended(name corev1.ResourceName) bool {
	return strings.Contains(string(name), "/") && !strings.Contains(string(name), corev1.ResourceDefaultNamespacePrefix)
}

// overcommits tells whether a limit may be above the request.
func overcommits(name corev1.ResourceName) bool { return !extended(name) && !hugePages(name) }
