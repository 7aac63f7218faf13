package refused

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

func checkResources(f *rule.Finder, requests, limits corev1.ResourceList, at manifest.Place) {
	checkHugePages(f, requests, limits, at)
	checkQuantities(f, limits, at.Below("limits"))
	checkQuantities(f, requests, at.Below("requests"))
	for name, request := range requests {
		where := at.Below("requests").Entry(string(name))
		limit, limited := limits[name]
		request, limit = stored(request), stored(limit)
		switch {
		case !overcommits(name) && !limited:
			f.Report(where, "set a limit of the same amount", "%q is requested without a limit, which only cpu, memory and ephemeral-storage can be", name)
		case !overcommits(name) && request.Cmp(limit) != 0:
			f.Report(where, "make both the same", "%s of %q are requested and %s are the limit: of this resource, both must be equal", request.String(), name, limit.String())
		case limited && request.Cmp(limit) > 0:
			f.Report(where, "lower the request, or raise the limit", "the request of %s for %q is above the limit of %s", request.String(), name, limit.String())
		}
	}
}

// checkHugePages looks at memory in pages of a size, which the name says.
func checkHugePages(f *rule.Finder, requests, limits corev1.ResourceList, at manifest.Place) {
	has := func(name corev1.ResourceName) bool {
		_, requested := requests[name]
		_, limited := limits[name]
		return requested || limited
	}
	for name, amount := range limits {
		if !hugePages(name) {
			continue
		}
		where := at.Below("limits").Entry(string(name))
		size, err := resource.ParseQuantity(strings.TrimPrefix(string(name), corev1.ResourceHugePagesPrefix))
		if err == nil && size.Sign() > 0 && amount.Value()%size.Value() != 0 {
			f.Report(where, "use a multiple of the size", "%s of %q is no multiple of %s", amount.String(), name, size.String())
		}
		if !has(corev1.ResourceCPU) && !has(corev1.ResourceMemory) {
			f.Report(where, "add a limit of memory", "%q needs cpu or memory beside it", name)
		}
	}
}

// stored is a quantity as the API server keeps it: in whole thousandths.
func stored(quantity resource.Quantity) resource.Quantity {
	quantity = quantity.DeepCopy()
	quantity.RoundUp(resource.Milli)
	return quantity
}

func checkQuantities(f *rule.Finder, list corev1.ResourceList, at manifest.Place) {
	for name, quantity := range list {
		where, amount := at.Entry(string(name)), stored(quantity)
		if !plainResource(name) {
			f.Report(where, "name the resource with its domain, as in nvidia.com/gpu", "a container has no resource %q: without a domain there are cpu, memory, ephemeral-storage and hugepages-<size>", name)
		}
		switch {
		case amount.Sign() < 0:
			f.Report(where, "use an amount that is not negative", "the amount of %q is negative: %s", name, quantity.String())
		case extended(name) && amount.MilliValue()%1000 != 0:
			f.Report(where, "use a whole number", "%q is counted in whole numbers, not in %s", name, quantity.String())
		}
	}
}

// plainResource reports whether a resource without a domain is one that containers have.
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

// extended reports whether a resource is one that the cluster's owner adds.
func extended(name corev1.ResourceName) bool {
	return strings.Contains(string(name), "/") && !strings.Contains(string(name), corev1.ResourceDefaultNamespacePrefix)
}

// overcommits reports whether a limit may be above the request.
func overcommits(name corev1.ResourceName) bool { return !extended(name) && !hugePages(name) }
