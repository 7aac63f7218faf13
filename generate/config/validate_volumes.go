package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// runtimeHome is the folder of the product in the vendor's images.
const runtimeHome = "/var/opt/tibco/streambase"

// ownVolumes are those that efgen gives a pod.
var ownVolumes = []string{"configuration", "resources", "substitutions", "keystore", "license"}

// ownFolders are those that efgen mounts, by what to write instead.
var ownFolders = map[string]string{
	runtimeHome + "/configuration": "write files.configuration",
	runtimeHome + "/resources":     "write files.resources",
	runtimeHome + "/substitutions": "write node.substitutionSecret",
	runtimeHome + "/keystore":      "write node.keystore",
}

// imageFolders are those of the image that a node starts from.
var imageFolders = []struct{ path, holds string }{
	{runtimeHome + "/application", "the application archive of the image is there"},
	{"/opt/tibco/streambase", "the product is there"},
}

// mountPath checks where something is mounted. Containers get the mount of a folder before
// those below it, so that one over a parent hides only what the image has there.
func (c *checker) mountPath(field, at string) {
	if hint, own := ownFolders[at]; own {
		c.bad(reservedName, field, hint, "a mount here would hide %s", at)
	}
	for _, folder := range imageFolders {
		if at != "" && strings.HasPrefix(folder.path+"/", strings.TrimSuffix(at, "/")+"/") {
			c.bad(reservedName, field, folder.holds, "a mount here would hide %s", folder.path)
			break
		}
	}
}

// volumes checks further volumes, claims and mounts of an application.
func (c *checker) volumes(at string, app *Application) {
	names := claims{}
	name := func(field, volume string) {
		c.item(field, volume, dnsLabel)
		if slices.Contains(ownVolumes, volume) {
			c.bad(reservedName, field, "take another name", "efgen has a volume %s itself", volume)
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
	taken := claims{}
	for i, mount := range app.VolumeMounts {
		field := rule.Index(at+".volumeMounts", i)
		c.item(field+".name", mount.Name, dnsLabel)
		c.item(field+".mountPath", mount.MountPath, folder)
		if _, found := volumes[mount.Name]; !found && mount.Name != "" && !slices.Contains(ownVolumes, mount.Name) {
			hint := "write it under volumes"
			if near := rule.Nearest(mount.Name, slices.Sorted(maps.Keys(volumes))); near != "" {
				hint = `did you mean "` + near + `"?`
			}
			c.bad(conflictingSettings, field+".name", hint, "no volume is called %q", mount.Name)
		}
		c.mountPath(field+".mountPath", mount.MountPath)
		if app.License != nil && app.License.Secret != "" && mount.MountPath == app.License.MountPath {
			c.bad(reservedName, field+".mountPath", "the licence is there", "a mount here would hide %s", mount.MountPath)
		}
		c.claim(taken, mount.MountPath, field+".mountPath", "the folder")
	}
}
