package generate

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/hocon"
)

const licenseType = "com.tibco.ep.dtm.configuration.licensing"

// license is the configuration that names the activation services; it is empty if there are
// none. It has the name of the one that an archive made from the vendor's samples carries, and
// so replaces it.
func (r *renderer) license(app *config.Application) hocon.Text {
	if app.License == nil || len(app.License.URLs) == 0 {
		return ""
	}
	services := hocon.Object{{Key: "activationServiceURLs", Value: app.License.URLs}}
	return hocon.Text(r.override(app, app.License.Name, licenseType, hocon.Object{{Key: "LicenseInfo", Value: services}}))
}

// licenseFolder is where the product looks for licence files, below the home folder.
const licenseFolder = "/.tibco-streaming/licenses"

func (w *workload) mountLicense(spec *corev1.PodSpec, container *corev1.Container) {
	if w.License == nil || w.License.Secret == "" {
		return
	}
	const volume = "license"
	spec.Volumes = append(spec.Volumes, secretVolume(volume, w.License.Secret))
	container.VolumeMounts = append(container.VolumeMounts, mountAt(volume, w.License.MountPath))
	// The arbitrary user ids of OpenShift have no home folder but "/".
	if home, ok := strings.CutSuffix(w.License.MountPath, licenseFolder); ok && home != "" {
		container.Env = append(container.Env, corev1.EnvVar{Name: "HOME", Value: home})
	}
}
