package refused

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// checkVolume lets a volume without a source pass: it becomes an emptyDir.
func checkVolume(f *rule.Finder, volume *corev1.Volume, at manifest.Place) {
	if n := sources(volume.VolumeSource); n > 1 {
		f.Report(at, "make each a volume of its own, or join them in `projected`", "volume %q has %d sources, and must have one", volume.Name, n)
	}
	if volume.Ephemeral != nil && volume.Ephemeral.VolumeClaimTemplate == nil {
		f.Report(at.Below("ephemeral.volumeClaimTemplate"), "add it", "an ephemeral volume needs a volumeClaimTemplate")
	}
	if csi := volume.CSI; csi != nil && csi.NodePublishSecretRef != nil {
		where := at.Below("csi.nodePublishSecretRef.name")
		if name := csi.NodePublishSecretRef.Name; name == "" {
			f.Report(where, "name the Secret", "name is empty: the Secret is not named")
		} else {
			subdomain.check(f, name, where)
		}
	}
	if empty := volume.EmptyDir; empty != nil && empty.SizeLimit != nil && empty.SizeLimit.Sign() < 0 {
		f.Report(at.Below("emptyDir.sizeLimit"), "use an amount that is not negative", "the size limit is negative: %s", empty.SizeLimit.String())
	}
}

func checkProjection(f *rule.Finder, source *corev1.VolumeProjection, at manifest.Place) {
	if n := sources(*source); n > 1 {
		f.Report(at, "make each an item of its own", "one item of a projected volume has %d sources, and must have one", n)
	}
}

// checkProjected looks for paths that two sources write.
func checkProjected(f *rule.Finder, projected *corev1.ProjectedVolumeSource, at manifest.Place) {
	seen := map[string]bool{}
	add := func(path string, at manifest.Place) {
		if path != "" && seen[path] {
			f.Report(at.Below("path"), "use another path", "two files of the volume have the path %q", path)
		}
		seen[path] = true
	}
	items := func(items []corev1.KeyToPath, at manifest.Place) {
		for i, item := range items {
			add(item.Path, at.Item(i))
		}
	}
	for i, source := range projected.Sources {
		where := at.Below("sources").Item(i)
		if source.ConfigMap != nil {
			items(source.ConfigMap.Items, where.Below("configMap.items"))
		}
		if source.Secret != nil {
			items(source.Secret.Items, where.Below("secret.items"))
		}
		if source.ServiceAccountToken != nil {
			add(source.ServiceAccountToken.Path, where.Below("serviceAccountToken"))
		}
		if source.DownwardAPI != nil {
			for j, item := range source.DownwardAPI.Items {
				add(item.Path, where.Below("downwardAPI.items").Item(j))
			}
		}
	}
}

func checkDownwardFile(f *rule.Finder, file *corev1.DownwardAPIVolumeFile, at manifest.Place) {
	if (file.FieldRef == nil) == (file.ResourceFieldRef == nil) {
		f.Report(at, "name either fieldRef or resourceFieldRef", "the file needs one of fieldRef and resourceFieldRef")
	}
	if ref := file.FieldRef; ref != nil && ref.FieldPath != "" {
		checkFieldPath(f, ref, fieldsOfFiles, at.Below("fieldRef"))
	}
	if ref := file.ResourceFieldRef; ref != nil && ref.ContainerName == "" {
		f.Report(at.Below("resourceFieldRef.containerName"), "name the container", "containerName is empty: in a volume, the container must be named")
	}
}

// checkClaim judges a claim; that of a template is refused when the pod gets it.
func checkClaim(f *rule.Finder, claim *corev1.PersistentVolumeClaimSpec, at manifest.Place) {
	if source := claim.DataSource; source != nil && (source.APIGroup == nil || *source.APIGroup == "") && source.Kind != "" && source.Kind != "PersistentVolumeClaim" {
		f.Report(at.Below("dataSource.kind"), "use PersistentVolumeClaim, or add the apiGroup", "kind is %q, and a source without apiGroup is a PersistentVolumeClaim", source.Kind)
	}
	modes := claim.AccessModes
	if slices.Contains(modes, corev1.ReadWriteOncePod) && slices.ContainsFunc(modes, func(m corev1.PersistentVolumeAccessMode) bool { return m != corev1.ReadWriteOncePod }) {
		f.Report(at.Below("accessModes"), "keep ReadWriteOncePod alone, or leave it out", "the claim names ReadWriteOncePod beside other access modes")
	}
	size := at.Below("resources.requests").Entry(string(corev1.ResourceStorage))
	if storage, set := claim.Resources.Requests[corev1.ResourceStorage]; !set {
		f.Report(size, "add resources.requests.storage", "the claim does not say how much storage it wants")
	} else if storage.Sign() <= 0 {
		f.Report(size, "use an amount above 0", "the claim wants %s of storage", storage.String())
	}
}
