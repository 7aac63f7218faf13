// Package source names the field of the environment file that is behind a field of a
// manifest, and the file of the environments folder that a manifest holds a copy of.
package source

import (
	"bytes"
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

// Files and folders that efgen names itself.
const (
	monitorFolder = "clustermonitor"
	extraFolder   = "extra"
	securityConf  = "security.conf"
	nodeConf      = "node.conf"
)

// Of names the environment field behind a field of a generated file, as far as the
// paths of both tell. file is the path below the environment's folder. The answer is
// empty if no field of the environment file is behind it.
func Of(env *config.Environment, file, field string) string {
	folder := path.Dir(file)
	if folder == extraFolder {
		return extraManifestBehind(env, path.Base(file))
	}
	row, found := longestRow(file, field)
	if !found {
		return ""
	}
	source := row.field
	if row.reach == orWebPort && !asksItself(env.Applications[folder]) {
		row.reach, source = whole, ".node.webPort"
	}
	if inWorkload, isRelative := strings.CutPrefix(source, "."); isRelative {
		if source = workloadField(env, folder); inWorkload != "" {
			source += "." + inWorkload
		}
	}
	if row.reach == sameShape || row.reach == orWebPort {
		source += strings.TrimPrefix(field, row.prefix)
	}
	return source
}

// asksItself reports whether an application says what its probes ask.
func asksItself(app *config.Application) bool { return app != nil && app.Probes.Action != nil }

// workloadField is the environment field of the workload that owns a folder.
func workloadField(env *config.Environment, folder string) string {
	if folder == monitorFolder && env.ClusterMonitor != nil {
		return "clusterMonitor"
	}
	return rule.Field("applications", folder)
}

func extraManifestBehind(env *config.Environment, base string) string {
	for i, file := range env.ExtraManifests {
		if path.Base(file) == base {
			return rule.Index("extraManifests", i)
		}
	}
	return "extraManifests"
}

// Sources names what is behind the files that an environment was rendered to. It looks
// into them, and so finds patches and items of lists too. It is for one goroutine at a time.
type Sources struct {
	// Env is the environment.
	Env *config.Environment
	// patched are the objects of the files; unpatched are what they were without patches.
	patched, unpatched *renderedObjects
	// hosts are those of each security.conf that was asked for.
	hosts map[string][]string
	// lists are those of workloads as they are written.
	lists map[list]*writtenItems
}

// New returns the Sources of an environment and the files that it was rendered to.
// Without patches it is rendered again, if at all, by the given function.
func New(env *config.Environment, files []tree.File, render func(*config.Environment) ([]tree.File, []rule.Problem)) *Sources {
	withoutPatches := func() []tree.File {
		unpatched := *env
		unpatched.Patches = nil
		files, _ := render(&unpatched)
		return files
	}
	return &Sources{
		env, &renderedObjects{files: func() []tree.File { return files }}, &renderedObjects{files: withoutPatches},
		map[string][]string{}, map[list]*writtenItems{},
	}
}

// Of names the environment field behind a field of a generated file. The manifest is
// "Kind/name", file is the path below the environment's folder. The answer is empty if
// no field of the environment file is behind it.
func (s *Sources) Of(manifest, file, field string) string {
	if patch := s.patchBehind(manifest, file, field); patch != "" {
		return patch
	}
	field = s.ownContainerFirst(file, field)
	return cmp.Or(s.itemBehind(file, field), s.trustedHostBehind(file, field), Of(s.Env, file, field))
}

// ownContainerFirst gives efgen's own container its index 0 back: a container that a patch
// adds comes before it.
func (s *Sources) ownContainerFirst(file, field string) string {
	list, _, _ := strings.Cut(theContainer, "[")
	if len(s.Env.Patches) == 0 || !startsWith(field, list) || startsWith(field, theContainer) {
		return field
	}
	steps, _ := rule.Steps(field)
	depth := strings.Count(list, ".") + 2
	container, _ := valueAt(s.patched.in(file), steps[:min(depth, len(steps))]).(map[string]any)
	if container["name"] != path.Base(path.Dir(file)) {
		return field
	}
	return theContainer + strings.TrimPrefix(field, rule.Index(list, steps[depth-1].Index))
}

// trustedHostBehind names the field that put a host into security.conf. The hosts that
// efgen derives have none.
func (s *Sources) trustedHostBehind(file, field string) string {
	app := s.Env.Applications[path.Dir(file)]
	steps, _ := rule.Steps(field)
	if app == nil || path.Base(file) != securityConf || len(steps) == 0 || !strings.HasPrefix(field, "configuration.TrustedHosts.hosts[") {
		return ""
	}
	hosts, known := s.hosts[file]
	if !known {
		hosts = trustedHosts(s.patched.text(file))
		s.hosts[file] = hosts
	}
	at := steps[len(steps)-1].Index
	if at < 0 || at >= len(hosts) {
		return ""
	}
	security := rule.Field("applications", app.Name, "security")
	if i := slices.Index(app.Security.TrustedHosts, hosts[at]); i >= 0 {
		return rule.Index(security+".trustedHosts", i)
	}
	if hosts[at] == *app.Security.DefaultRoute {
		return security + ".defaultRoute"
	}
	if i := slices.IndexFunc(app.Security.TrustApplications, func(name string) bool { return name != app.Name && names(hosts[at], name) }); i >= 0 {
		return rule.Index(security+".trustApplications", i)
	}
	return ""
}

// names reports whether a host is a name of an application's nodes: under one of its Services,
// or under one that a node makes for itself, which has the ordinal behind the name.
func names(host, application string) bool {
	service, _, _ := strings.Cut(strings.TrimPrefix(host, "*."), ".")
	if service == application || service == application+"-client" {
		return true
	}
	short := strings.ReplaceAll(application, "-", "")
	rest, begins := strings.CutPrefix(service, short)
	return begins && strings.HasSuffix(service, "-"+short) && strings.TrimLeft(rest, "0123456789") != rest
}

// trustedHosts reads the hosts of a security.conf: efgen writes lists of text as JSON does.
func trustedHosts(conf []byte) (hosts []string) {
	_, list, _ := bytes.Cut(conf, []byte("\n    hosts = "))
	// A file without the list has no hosts.
	_ = json.NewDecoder(bytes.NewReader(list)).Decode(&hosts)
	return hosts
}
