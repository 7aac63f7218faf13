package validate

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/rule"
)

// The types of configuration that checks look into.
const (
	typeSecurity = "com.tibco.ep.dtm.configuration.security"
	typeNode     = "com.tibco.ep.dtm.configuration.node"
)

// A configuration is a Streaming configuration: a .conf file, one in a ConfigMap,
// or one embedded in the latter.
type configuration struct {
	// at is the place of the file's text; embedded texts are in the text around.
	at       place
	root     *hocon.Value
	fault    *hocon.SyntaxError
	embedded bool
	// foreign says that nothing tells that it is Streaming's: it may be another
	// program's, such as Kerberos' krb5.conf.
	foreign bool
	// nodes are those that load it.
	nodes []*node
}

// on is the place of a value of the configuration.
func (c *configuration) on(value *hocon.Value, field string) place {
	at := c.at
	if at.object == nil {
		at.field = field
	}
	if value == nil {
		return at.on(1)
	}
	return at.on(value.Line)
}

func (c *configuration) text(key string) string { return c.root.Get(key).String() }

// trustedHosts is nil if the configuration has none.
func (c *configuration) trustedHosts() *hocon.Value {
	return c.root.Get("configuration", "TrustedHosts")
}

func (s *subject) findConfigurations() []*configuration {
	all := s.looseConfigurations()
	seen := map[location]map[string]*configuration{}
	for _, n := range s.nodes {
		for _, at := range s.mountedConfigurations(n) {
			where := location{at.object.file, at.object.document.line}
			if c := seen[where][at.field]; c != nil {
				c.nodes = append(c.nodes, n)
				c.foreign = c.foreign && !s.deployed(c, n)
				continue
			}
			text := s.dataText(at)
			c := newConfiguration(text, at, n)
			c.foreign = !saysStreaming().MatchString(text) && !s.deployed(c, n)
			if seen[where] == nil {
				seen[where] = map[string]*configuration{}
			}
			seen[where][at.field] = c
			all = append(all, c)
		}
	}
	for _, c := range slices.Clone(all) {
		all = append(all, c.embeds()...)
	}
	return all
}

func newConfiguration(text string, at place, nodes ...*node) *configuration {
	c := &configuration{at: at, nodes: nodes}
	c.read(hocon.Parse([]byte(text)))
	return c
}

func (c *configuration) read(root *hocon.Value, err error) {
	c.root = root
	errors.As(err, &c.fault)
}

// saysStreaming matches the line by which a text says that Streaming is to read it.
var saysStreaming = expression(`\btype"?\s*[=:]\s*"?com\.tibco\.ep\.`)

// looseConfigurations are .conf files; those beside a node's manifest are for its
// image.
func (s *subject) looseConfigurations() []*configuration {
	beside := map[string][]*node{}
	for _, n := range s.nodes {
		if folder := path.Dir(n.file.Path); !n.monitor {
			beside[folder] = append(beside[folder], n)
		}
	}
	var all []*configuration
	for _, name := range s.order {
		if path.Ext(name) == ".conf" {
			all = append(all, newConfiguration(string(s.files[name].Data), place{file: name}, beside[path.Dir(name)]...))
		}
	}
	return all
}

// mountedConfigurations are the .conf keys of ConfigMaps that a node mounts, and
// the one that it deploys, whatever its name. What the node finds in its resources
// is for its own code.
func (s *subject) mountedConfigurations(n *node) []place {
	var all []place
	if _, at, ok := s.mountedText(n, envNodeDeploy); ok {
		all = append(all, at)
	}
	for _, mount := range n.VolumeMounts {
		volume := n.volume(mount.Name)
		if volume == nil || volume.ConfigMap == nil || path.Base(mount.MountPath) == "resources" {
			continue
		}
		o, config := s.configMap(n.namespace, volume.ConfigMap.Name)
		if config == nil {
			continue
		}
		for key := range config.Data {
			if at := o.key("data", key); path.Ext(key) == ".conf" && !slices.Contains(all, at) {
				all = append(all, at)
			}
		}
	}
	slices.SortFunc(all, func(a, b place) int { return strings.Compare(a.file+a.field, b.file+b.field) })
	return all
}

// dataText is the text at a place in a ConfigMap's data.
func (s *subject) dataText(at place) string {
	steps, _ := rule.Steps(at.field)
	return at.object.lookup("data", steps[1].Key)
}

// embeds are the configurations in the texts of a node deploy file, which a
// node loads over those of its archive: for all nodes, or for one.
func (c *configuration) embeds() []*configuration {
	deploy := c.root.Get("configuration", "NodeDeploy")
	if deploy == nil {
		return nil
	}
	lists := []*hocon.Value{deploy.Get("globalConfiguration")}
	for _, name := range deploy.Get("nodes").Keys() {
		lists = append(lists, deploy.Get("nodes", name, "configuration"))
	}
	var all []*configuration
	for _, list := range lists {
		if list == nil {
			continue
		}
		for _, item := range list.Items {
			embedded := &configuration{at: c.at, nodes: c.nodes, embedded: true}
			embedded.read(item.ParseText())
			all = append(all, embedded)
		}
	}
	return all
}

// deployed tells whether the nodes load the configuration as it stands there.
func (s *subject) deployed(c *configuration, n *node) bool {
	_, at, ok := s.mountedText(n, envNodeDeploy)
	return ok && c.at.object == at.object && c.at.field == at.field
}

// findNotLoaded finds configurations that are mounted for nothing: a node loads those
// of its archive, and the one that it is told to deploy with those embedded there.
func findNotLoaded(s *subject, r *report) {
	for _, c := range s.configurations {
		if kind := c.text("type"); c.embedded || c.at.object == nil || kind != typeNode && kind != typeSecurity {
			continue
		}
		for _, n := range c.nodes {
			if !s.deployed(c, n) {
				r.add(c.at, "name it in "+envNodeDeploy+", or embed it in the file that is named there", "the nodes of %s mount this configuration, and never load it", n.manifest())
			}
		}
	}
}

func findUnreadable(s *subject, r *report) {
	for _, c := range s.configurations {
		if c.fault != nil && !c.foreign {
			r.add(c.at.on(c.fault.Line), "correct the text: a node that cannot load a configuration does not start", "the configuration does not read: line %d, column %d: %s", c.fault.Line, c.fault.Column, c.fault.Message)
		}
	}
}

func findNoEnvelope(s *subject, r *report) {
	for _, c := range s.configurations {
		if c.fault != nil || c.foreign {
			continue
		}
		for _, key := range []string{"name", "version", "type"} {
			if c.text(key) == "" {
				r.add(c.on(c.root, key), "add it as text in quotation marks", "the configuration has no %s", key)
			}
		}
		if c.root.Get("configuration") == nil {
			r.add(c.on(c.root, "configuration"), "add `configuration = { … }`", "the configuration has no configuration object")
		}
	}
}
