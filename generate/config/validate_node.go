package config

import (
	"maps"
	"math"
	"slices"

	"github.com/efgen/efgen/validate/rule"
)

// files checks the keys of the two ConfigMaps.
func (c *checker) files(at string, files Files) {
	for _, part := range []struct {
		name  string
		files map[string]string
	}{{"configuration", files.Configuration}, {"resources", files.Resources}} {
		for _, key := range slices.Sorted(maps.Keys(part.files)) {
			c.key(rule.Key(at+"."+part.name, key), key, dataKey)
		}
	}
	for _, own := range []string{"node.conf", "substitutions.txt"} {
		if _, found := files.Configuration[own]; found {
			c.badKey(reservedName, rule.Key(at+".configuration", own), "take another name; what security.conf and node.conf say comes from `security` and `node`",
				"efgen writes %s itself", own)
		}
	}
}

func (c *checker) security(at string, s *Security) {
	c.text(at+".name", s.Name, line)
	c.items(at+".trustedHosts", s.TrustedHosts, trustedHost)
	c.atMost(at+".trustedHosts", len(s.TrustedHosts), maxTrustedHosts, "trust names with a wildcard, such as *.operators.example.com")
	c.atMost(at+".include", len(s.Include), maxIncludes, "put some of the files into the image")
	c.text(at+".defaultRoute", *s.DefaultRoute, trustedHost)
	if s.Delivery == DeliveryImage && len(s.Include) > 0 {
		c.bad(conflictingSettings, at+".include", "put the files into the image, or write delivery: nodeDeploy",
			"delivery: image leaves every security file to the image build")
	}
}

func (c *checker) node(at string, n *Node) {
	c.webServices(at+".webServices", n.WebServices)
	c.writtenThrough(at+".configuration", n.Configuration, ownNodeKeys)
	c.writtenThrough(at+".deploy", n.Deploy, ownDeployKeys)
	c.text(at+".nodeType", n.NodeType, line)
	number(c, at+".numberSearchPorts", n.NumberSearchPorts, 1, math.MaxUint16)
	number(c, at+".adminPort", &n.AdminPort, 0, math.MaxUint16)
	number(c, at+".webPort", n.WebPort, 1, math.MaxUint16)
	if s := n.SubstitutionSecret; s != nil {
		c.text(at+".substitutionSecret.name", s.Name, dnsName)
		c.text(at+".substitutionSecret.key", s.Key, dataKey)
		if len(n.Substitutions) > 0 {
			c.bad(conflictingSettings, at+".substitutionSecret", "write all substitutions into one of them", "a node reads one substitution file: not this and substitutions")
		}
	}
	if k := n.Keystore; k != nil {
		c.text(at+".keystore.secret", k.Secret, dnsName)
		c.text(at+".keystore.key", k.Key, dataKey)
		c.text(at+".keystore.passwordKey", k.PasswordKey, dataKey)
	}
}

// webServices checks bindings of the node's web services.
func (c *checker) webServices(at string, services map[string]WebService) {
	for _, name := range slices.Sorted(maps.Keys(services)) {
		field := rule.Key(at, name)
		c.key(field, name, word)
		c.text(field+".realm", services[name].Realm, line)
		if name == healthcheck && services[name].Realm != "" {
			c.bad(reservedName, field+".realm", "remove it", "the health check takes no realm: probes have no credentials, and would get 401")
		}
	}
}

// healthcheck is the web service that probes ask.
const healthcheck = "healthcheck"

// An ownKey is a key of node.conf that efgen writes, or an object with some.
type ownKey struct {
	// instead is what to write, empty for an object in which other keys are free.
	instead string
	below   map[string]ownKey
}

// ownNodeKeys are those of the node, ownDeployKeys those of NodeDeploy.
var (
	ownNodeKeys = map[string]ownKey{
		"nodeType":                    {instead: "node.nodeType"},
		"availabilityZoneMemberships": {instead: "node.availabilityZoneMemberships"},
		"communication": {below: map[string]ownKey{
			"numberSearchPorts": {instead: "node.numberSearchPorts"},
			"administration": {below: map[string]ownKey{
				"webPort":            {instead: "node.webPort"},
				"webServiceBindings": {instead: "node.webServices"},
			}},
		}},
	}
	ownDeployKeys = map[string]ownKey{
		"nodes":               {instead: "node.configuration"},
		"globalConfiguration": {instead: "security.include"},
		"availabilityZones":   {instead: "node.availabilityZones"},
	}
)

// writtenThrough checks keys that node.conf gets as they are: none may be efgen's own.
func (c *checker) writtenThrough(at string, values map[string]any, own map[string]ownKey) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		field, value := rule.Key(at, key), values[key]
		taken, isOwn := own[key]
		below, isObject := value.(map[string]any)
		switch {
		case !isOwn:
			c.noNulls(field, value)
		case taken.instead != "":
			c.badKey(reservedName, field, "write "+taken.instead, "efgen writes this key of node.conf itself")
		case isObject:
			c.writtenThrough(field, below, taken.below)
		default:
			c.bad(reservedName, field, "write a mapping", "efgen writes an object here itself, and this would replace it")
		}
	}
}

// noNulls reports nulls in lists; elsewhere null removes what is laid over.
func (c *checker) noNulls(at string, value any) {
	switch value := value.(type) {
	case nil:
		c.bad(uselessNull, at, "remove it", "node.conf has no null")
	case []any:
		for i, item := range value {
			c.noNulls(rule.Index(at, i), item)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			c.noNulls(rule.Key(at, key), value[key])
		}
	}
}
