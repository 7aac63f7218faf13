package generate

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/hocon"
	"github.com/efgen/efgen/validate/rule"
)

// securityConf is the file name of an application's security configuration,
// kept beside its manifests for reading and for image builds.
const securityConf = "security.conf"

const (
	securityType = "com.tibco.ep.dtm.configuration.security"
	nodeType     = "com.tibco.ep.dtm.configuration.node"
)

// archiveVersion is the version that the vendor's samples give the
// configurations inside an application archive.
const archiveVersion = "1.0.0"

var unwritableText = rule.Rule{
	ID: "EF194", Severity: rule.Error,
	Title:   "a text cannot be written into a configuration file",
	Why:     "an included file ends at the first \"\"\" in it, a substitution ends with its line, and HOCON is UTF-8; the node would read something else, or not start",
	Example: "security: {include: [files/ldap.conf]}    # where ldap.conf holds a text between \"\"\"",
	Fix:     "write that text of the included file between single quotation marks (\"…\") with escapes",
}

// document is a configuration file of the product: three lines that name it,
// and the configuration itself.
func document(name, version, kind string, configuration hocon.Object) hocon.Object {
	return hocon.Object{
		{Key: "name", Value: name},
		{Key: "version", Value: version},
		{Key: "type", Value: kind},
		{Key: "configuration", Value: configuration},
	}
}

// overrideVersion is the version under which a text replaces one of the same
// name and type: it differs from the archive's, and changes with the text.
// The text is hashed as it stands with the archive's version.
func overrideVersion(text []byte) string {
	sum := sha256.Sum256(text)
	return fmt.Sprintf("1.%d.0", binary.BigEndian.Uint32(sum[:4]))
}

// override renders a document with the archive's version, and puts its own in
// the place of that.
func (r *renderer) override(app *config.Application, name, kind string, configuration hocon.Object) []byte {
	archived := r.conf(app, document(name, archiveVersion, kind, configuration))
	// The first such line is the document's own: quotes inside the name before it are escaped.
	const line = "\nversion = %q\n"
	return bytes.Replace(archived, fmt.Appendf(nil, line, archiveVersion), fmt.Appendf(nil, line, overrideVersion(archived)), 1)
}

func (r *renderer) conf(app *config.Application, document hocon.Object) []byte {
	text, err := hocon.Marshal(document)
	if err != nil {
		r.report(unwritableText, rule.Field("applications", app.Name), "%v", err)
	}
	return text
}

func (r *renderer) security(app *config.Application) hocon.Object {
	return hocon.Object{{Key: "TrustedHosts", Value: hocon.Object{{Key: "hosts", Value: trustedHosts(r.env, app)}}}}
}

// securityConf is the security configuration as an archive would carry it.
func (r *renderer) securityConf(app *config.Application) []byte {
	return r.conf(app, document(app.Security.Name, archiveVersion, securityType, r.security(app)))
}

// nodeConf is the node deploy configuration, the one file with which a node
// takes configuration from outside its archive. It is nil if nothing asks for it.
func (r *renderer) nodeConf(app *config.Application) []byte {
	var embedded []any
	if app.Security.Delivery == config.DeliveryNodeDeploy {
		embedded = append(embedded, hocon.Text(r.override(app, app.Security.Name, securityType, r.security(app))))
		for i, path := range app.Security.Include {
			field := rule.Index(rule.Field("applications", app.Name, "security", "include"), i)
			embedded = append(embedded, r.include(field, path))
		}
	} else if !app.Node.WritesNodeConf {
		return nil
	}
	if license := r.license(app); license != "" {
		embedded = append(embedded, license)
	}

	deploy := hocon.Object{}
	if len(embedded) > 0 {
		deploy = append(deploy, hocon.Member{Key: "globalConfiguration", Value: embedded})
	}
	if zones := app.Node.AvailabilityZones; len(zones) > 0 {
		deploy = append(deploy, hocon.Member{Key: "availabilityZones", Value: zones})
	}
	// The node itself fills in its name, so that one file serves all of them.
	deploy = append(deploy, hocon.Member{Key: "nodes", Value: hocon.Object{{Key: "${EP_NODE_NAME}", Value: nodeSettings(app.Node)}}})
	return r.override(app, app.Security.Name, nodeType, hocon.Object{{Key: "NodeDeploy", Value: deploy}})
}

func nodeSettings(node config.Node) hocon.Object {
	settings := hocon.Object{
		{Key: "nodeType", Value: node.NodeType},
		{Key: "communication", Value: hocon.Object{
			{Key: "numberSearchPorts", Value: int(*node.NumberSearchPorts)},
			{Key: "administration", Value: hocon.Object{
				{Key: "webPort", Value: int(*node.WebPort)},
				// Without this binding the health check wants credentials, and every probe fails with 401.
				{Key: "webServiceBindings", Value: hocon.Object{{Key: "healthcheck", Value: hocon.Object{}}}},
			}},
		}},
	}
	if zones := node.AvailabilityZoneMemberships; len(zones) > 0 {
		settings = append(settings, hocon.Member{Key: "availabilityZoneMemberships", Value: zones})
	}
	return settings
}

// include embeds a file of the user's own in node.conf as it is.
func (r *renderer) include(field, path string) hocon.Text {
	text := hocon.Text(r.env.Contents[path])
	if _, err := hocon.Marshal(hocon.Object{{Key: "text", Value: text}}); err != nil {
		r.report(unwritableText, field, "%q cannot go into node.conf: %v", path, err)
		return ""
	}
	return text
}
