package review

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

var otherLogin = row{Rule: rule.Rule{
	ID: "ER217", Title: "who may log in, or may do what, changes",
	Why:     "realms, principals, roles with their privileges, TLS profiles and licences decide who gets into a node and whether it starts; without its realm nobody logs in as before",
	Example: "security: {include: []}   # without the realm that was there",
	Fix:     "keep the configuration, or tell those who log in",
}, Check: findOtherLogin}

func findOtherLogin(c *comparison, f *rule.Finder) {
	c.eachConfigured(func(was, n *streaming.Node) {
		before, after := loginsOf(was), loginsOf(n)
		for _, key := range slices.Sorted(maps.Keys(after)) {
			if old, found := before[key]; !found {
				f.Report(c.bringingLogin(n, after[key].file), "", "%s of %s is new: %s", key, n.Name, key.consequence())
			} else if old.text != after[key].text {
				f.Report(c.bringingLogin(n, after[key].file), "", "%s of %s changes: %s", key, n.Name, key.consequence())
			}
		}
		for _, key := range slices.Sorted(maps.Keys(before)) {
			// A web service that is bound to no realm lets everybody in: without that, it asks.
			if _, found := after[key]; !found && before[key].text != "{}" {
				f.Report(c.bringingLogin(n, before[key].file), "", "%s of %s goes: %s", key, n.Name, key.lost())
			}
		}
	})
}

// A login is the root of a configuration, with its name where it has one: "LocalAuthenticationRealm people".
type login string

// A loginText is a login as the node resolves it, and the file that it is in.
type loginText struct{ text, file string }

// boundRealm is where a node says which realm lets somebody in to its web services.
const boundRealm = "webServiceBindings"

// loginsOf are those of a node; trusted hosts are a risk of their own. Its probes need no login.
func loginsOf(n *streaming.Node) map[login]loginText {
	all := map[login]loginText{}
	add := func(key string, value *hocon.Value, c *streaming.Configuration) {
		all[login(key)] = loginText{n.Resolve(canonical(fromHOCON(value))), c.At.File()}
	}
	for _, c := range n.Configurations() {
		roots := c.Root.Get("configuration")
		for _, root := range roots.Keys() {
			switch kind := c.Text("type"); {
			case root == "TrustedHosts":
			case kind == streaming.TypeSecurity, kind == streaming.TypeLicensing, strings.HasSuffix(kind, "internalcredentials"):
				name := cmp.Or(roots.Get(root, "name").String(), c.Text("name"))
				add(root+" "+name, roots.Get(root), c)
			case root == "NodeDeploy":
				eachKey(roots.Get(root), boundRealm, func(bindings *hocon.Value) {
					for _, service := range bindings.Keys() {
						if realm := bindings.Get(service, "authenticationRealmName"); realm != nil || service != "healthcheck" {
							add(boundRealm+" "+service, bindings.Get(service), c)
						}
					}
				})
			}
		}
	}
	return all
}

// eachKey calls with the values of a key, however deep they are.
func eachKey(v *hocon.Value, name string, visit func(*hocon.Value)) {
	for _, key := range v.Keys() {
		if key == name {
			visit(v.Get(key))
			continue
		}
		eachKey(v.Get(key), name, visit)
	}
}

func (l login) root() string {
	root, _, _ := strings.Cut(string(l), " ")
	return root
}

func (l login) consequence() string {
	switch root := l.root(); {
	case strings.HasSuffix(root, "Realm"):
		return "others than before may log in, or with other roles"
	case strings.HasSuffix(root, "Mappings"):
		return "roles may do other things than before"
	case strings.HasSuffix(root, "Profile"):
		return "TLS asks for other keys and certificates than before"
	case root == "LicenseInfo":
		return "nodes start only if the licence is found"
	}
	return "it decides who gets in, and may do what"
}

func (l login) lost() string {
	switch root := l.root(); {
	case strings.HasSuffix(root, "Realm"):
		return "nobody in it can log in as before"
	case strings.HasSuffix(root, "Mappings"):
		return "whoever has one of its roles may no longer do what it allowed"
	case strings.HasSuffix(root, "Profile"):
		return "what was encrypted with it is so no longer, or does not connect"
	}
	return l.consequence()
}

// bringingLogin is the difference of the file that a login is in, or else of what turns it into another one.
func (c *comparison) bringingLogin(n *streaming.Node, file string) place {
	var d *difference
	for _, match := range []func(*difference) bool{
		func(d *difference) bool {
			return d.object().file == file && (d.object().kind == kindFile || len(d.object().dataKeys()) > 0)
		},
		func(d *difference) bool { return d.object().folder() == n.Folder() && len(d.object().dataKeys()) > 0 },
		(*difference).mayChangeTrust,
	} {
		if d == nil {
			d = c.differenceOf(match)
		}
	}
	return d.at(firstField(d))
}
