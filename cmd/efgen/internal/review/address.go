package review

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
)

func findAddressRefused(c *comparison, f *finder) {
	for _, d := range c.differences {
		old, new := both[corev1.Service](d)
		if old == nil || old.Spec.Type == corev1.ServiceTypeExternalName || new.Spec.Type == corev1.ServiceTypeExternalName {
			continue
		}
		before, after := old.Spec.ClusterIP, new.Spec.ClusterIP
		switch {
		case before == corev1.ClusterIPNone && after == "" && cmp.Or(new.Spec.Type, corev1.ServiceTypeClusterIP) == corev1.ServiceTypeClusterIP:
			// Where none is asked for, the API server keeps the address, and None is one.
			f.add(d, "spec.clusterIP", "the API server will take this, and leave %s headless; it must be deleted and made anew", d.object().title())
		case (before == corev1.ClusterIPNone) != (after == corev1.ClusterIPNone):
			f.add(d, "spec.clusterIP", "the API server will refuse this: %s cannot change between headless and not; it must be deleted and made anew", d.object().title())
		case after != "" && after != before:
			f.refuse(d, "spec.clusterIP")
		}
	}
}
