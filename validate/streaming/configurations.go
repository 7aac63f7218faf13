package streaming

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// The types of configuration that checks look into.
const (
	TypeSecurity  = "com.tibco.ep.dtm.configuration.security"
	TypeNode      = "com.tibco.ep.dtm.configuration.node"
	TypeLicensing = "com.tibco.ep.dtm.configuration.licensing"
)

// A Configuration is one of Streaming's: a .conf file, one in a ConfigMap, or one
// embedded in the latter.
type Configuration struct {
	// At is the place of the file's text; embedded texts are in the text around.
	At manifest.Place
	// Root is nil if the text does not read: Fault says why.
	Root  *hocon.Value
	Fault *hocon.SyntaxError
	// Embedded says that a node deploy file holds it.
	Embedded bool
	// Nodes are those that load it.
	Nodes []*Node
	// foreign says that nothing tells that it is Streaming's: it may be another
	// program's, such as Kerberos' krb5.conf.
	foreign bool
}

// Text is a text at the top of the configuration, such as its name, version or type.
func (c *Configuration) Text(key string) string { return c.Root.Get(key).String() }

// On is the place of a value of the configuration; field is its path where the file holds no object.
func (c *Configuration) On(value *hocon.Value, field string) manifest.Place {
	at := c.At.Named(field)
	if value == nil {
		return at.OnLine(1)
	}
	return at.OnLine(value.Line)
}

// first is one of the nodes that load the configuration, nil if there is none.
func (c *Configuration) first() *Node {
	if len(c.Nodes) == 0 {
		return nil
	}
	return c.Nodes[0]
}

// trustedHosts is nil if the configuration has none.
func (c *Configuration) trustedHosts() *hocon.Value {
	return c.Root.Get("configuration", "TrustedHosts")
}

// configurations are those of a Set.
type configurations struct {
	all []*Configuration
	of  map[*Node][]*Configuration
}

// ConfigurationsOf are the configurations of a Set, embedded ones after all others.
func ConfigurationsOf(set *manifest.Set) []*Configuration {
	return manifest.Index(set, findConfigurations).all
}

// Configurations are those that the node loads, or has mounted to load.
func (n *Node) Configurations() []*Configuration {
	return manifest.Index(n.set, findConfigurations).of[n]
}

func findConfigurations(set *manifest.Set) *configurations {
	found := &configurations{all: inFiles(set), of: map[*Node][]*Configuration{}}
	seen := map[manifest.Place]*Configuration{}
	for _, n := range NodesOf(set) {
		for _, at := range n.mountedConfigurations() {
			c := seen[at]
			if c == nil {
				text := dataText(at)
				c = newConfiguration(text, at)
				c.foreign = !saysStreaming().MatchString(text)
				seen[at] = c
				found.all = append(found.all, c)
			}
			c.Nodes = append(c.Nodes, n)
			c.foreign = c.foreign && !c.IsDeployedBy(n)
		}
	}
	for _, c := range slices.Clone(found.all) {
		found.all = append(found.all, c.embeds()...)
	}
	for _, c := range found.all {
		for _, n := range c.Nodes {
			found.of[n] = append(found.of[n], c)
		}
	}
	return found
}

func newConfiguration(text string, at manifest.Place, nodes ...*Node) *Configuration {
	c := &Configuration{At: at, Nodes: nodes}
	c.read(hocon.Parse([]byte(text)))
	return c
}

func (c *Configuration) read(root *hocon.Value, err error) {
	c.Root = root
	errors.As(err, &c.Fault)
}

// saysStreaming matches the line by which a text says that Streaming is to read it.
var saysStreaming = manifest.Pattern(`\btype"?\s*[=:]\s*"?com\.tibco\.ep\.`)

// IsFile reports whether a file is a configuration, by its suffix, as the product does.
func IsFile(name string) bool { return path.Ext(name) == ".conf" }

// inFiles are .conf files; those beside a node's manifest are for its image.
func inFiles(set *manifest.Set) (all []*Configuration) {
	beside := map[string][]*Node{}
	for _, n := range NodesOf(set) {
		if !n.IsMonitor {
			beside[n.Folder()] = append(beside[n.Folder()], n)
		}
	}
	for _, name := range set.Paths() {
		if IsFile(name) {
			file, _ := set.File(name)
			c := newConfiguration(string(file.Data), manifest.InFile(name, 0), beside[path.Dir(name)]...)
			looksOwn := path.Base(name) == securityFile || c.Root.Get("configuration") != nil || c.Text("type") != ""
			c.foreign = !looksOwn && !saysStreaming().Match(file.Data)
			all = append(all, c)
		}
	}
	return all
}

// mountedConfigurations are the .conf keys of ConfigMaps that a node mounts, and
// the one that it deploys, whatever its name. What the node finds in its resources
// is for its own code.
func (n *Node) mountedConfigurations() (all []manifest.Place) {
	if _, at, ok := n.mountedText(envNodeDeploy); ok {
		all = append(all, at)
	}
	for _, mount := range n.Main.VolumeMounts {
		volume := n.Volume(mount.Name)
		if volume == nil || volume.ConfigMap == nil || path.Base(mount.MountPath) == "resources" {
			continue
		}
		config := n.set.ConfigMap(n.Namespace, volume.ConfigMap.Name)
		if config.Value == nil {
			continue
		}
		for key := range config.Value.Data {
			if at := config.Entry("data", key); IsFile(key) && !slices.Contains(all, at) {
				all = append(all, at)
			}
		}
	}
	slices.SortFunc(all, func(a, b manifest.Place) int {
		return strings.Compare(a.File()+a.InObject(), b.File()+b.InObject())
	})
	return all
}

// dataText is the text at a place in a ConfigMap's data.
func dataText(at manifest.Place) string {
	steps, _ := rule.Steps(at.InObject())
	return at.Object().Fields.Scalar("data", steps[1].Key)
}

// embeds are the configurations in the texts of a node deploy file, which a
// node loads over those of its archive: for all nodes, or for one.
func (c *Configuration) embeds() (all []*Configuration) {
	deploy := c.Root.Get("configuration", "NodeDeploy")
	if deploy == nil {
		return nil
	}
	lists := []*hocon.Value{deploy.Get("globalConfiguration")}
	for _, name := range deploy.Get("nodes").Keys() {
		lists = append(lists, deploy.Get("nodes", name, "configuration"))
	}
	for _, list := range lists {
		if list == nil {
			continue
		}
		for _, item := range list.Items {
			embedded := &Configuration{At: c.At, Nodes: c.Nodes, Embedded: true}
			embedded.read(item.ParseText())
			all = append(all, embedded)
		}
	}
	return all
}

// IsDeployedBy reports whether a node loads the configuration as it stands there: whether
// it is the file that the node is told to deploy.
func (c *Configuration) IsDeployedBy(n *Node) bool {
	_, at, ok := n.mountedText(envNodeDeploy)
	return ok && c.At == at
}

var notLoaded = row{Rule: rule.Rule{
	ID: "EF418", Severity: rule.Warning, Title: "a configuration is mounted and never loaded",
	Why:     "a node loads the configurations of its archive, and the file that STREAMING_NODEDEPLOY names; another file beside it changes nothing",
	Example: "data: {security.conf: …}   # in a ConfigMap that is mounted",
	Fix:     "embed it in NodeDeploy.globalConfiguration of the file that STREAMING_NODEDEPLOY names",
}, Check: findNotLoaded}

// findNotLoaded finds configurations that are mounted for nothing: a node loads those
// of its archive, and the one that it is told to deploy with those embedded there.
func findNotLoaded(set *manifest.Set, f *rule.Finder) {
	for _, c := range ConfigurationsOf(set) {
		if kind := c.Text("type"); c.Embedded || c.At.Object() == nil || kind != TypeNode && kind != TypeSecurity && kind != TypeLicensing {
			continue
		}
		for _, n := range c.Nodes {
			if !c.IsDeployedBy(n) {
				f.Report(c.At, "name it in "+envNodeDeploy+", or embed it in the file that is named there", "the nodes of %s mount this configuration, and never load it", n.Manifest())
			}
		}
	}
}
