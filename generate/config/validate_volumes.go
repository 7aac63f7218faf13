package config

import (
	"maps"
	"slices"

	"github.com/efgen/efgen/validate/rule"
)

// runtimeHome is the folder of the product in the vendor's images.
const runtimeHome = "/var/opt/tibco/streambase"

// ownVolumes are those that efgen gives a pod.
var ownVolumes = []string{"configuration", "resources", "substitutions", "keystore", "license"}

// ownFolders are those of the container that nothing may be mounted over, by what
// to do instead.
func ownFolders(app *Application) map[string]string {
	folders := map[string]string{
		runtimeHome:                    "mount a folder below it",
		runtimeHome + "/application":   "the application archive of the image is there",
		runtimeHome + "/configuration": "write files.configuration",
		runtimeHome + "/resources":     "write files.resources",
		runtimeHome + "/substitutions": "write node.substitutionSecret",
		runtimeHome + "/keystore":      "write node.keystore",
	}
	if app.License != nil {
		folders[app.License.MountPath] = "the licence is there"
	}
	return folders
}

// volumes judges further volumes, claims and mounts of an application.
func (c *checker) volumes(at string, app *Application) {
	names := claims{}
	name := func(field, volume string) {
		c.item(field, volume, dnsLabel)
		if slices.Contains(ownVolumes, volume) {
			c.bad("EF115", field, "take another name", "efgen has a volume %s itself", volume)
		}
		c.claim(names, volume, field, "the volume")
	}
	for i, volume := range app.Volumes {
		name(rule.Index(at+".volumes", i)+".name", volume.Name)
	}
	for i, volume := range app.VolumeClaimTemplates {
		name(rule.Index(at+".volumeClaimTemplates", i)+".metadata.name", volume.Name)
	}
	c.mounts(at, app, names)
}

func (c *checker) mounts(at string, app *Application, volumes claims) {
	own, taken := ownFolders(app), claims{}
	for i, mount := range app.VolumeMounts {
		field := rule.Index(at+".volumeMounts", i)
		c.item(field+".name", mount.Name, dnsLabel)
		c.item(field+".mountPath", mount.MountPath, folder)
		if _, found := volumes[mount.Name]; !found && mount.Name != "" && !slices.Contains(ownVolumes, mount.Name) {
			hint := "write it under volumes"
			if near := nearest(mount.Name, slices.Sorted(maps.Keys(volumes))); near != "" {
				hint = `did you mean "` + near + `"?`
			}
			c.bad("EF113", field+".name", hint, "no volume is called %q", mount.Name)
		}
		if hint, found := own[mount.MountPath]; found {
			c.bad("EF115", field+".mountPath", hint, "a mount here would hide %s", mount.MountPath)
		}
		c.claim(taken, mount.MountPath, field+".mountPath", "the folder")
	}
}
