package streaming

import (
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var unreadable = row{Rule: rule.Rule{
	ID: "EF405", Severity: rule.Error, Title: "a configuration does not read as HOCON",
	Why:     "a node that cannot load one of its configurations does not start",
	Example: "hosts = [ ${HOST:-a.example.com} ]",
	Fix:     "hosts = [ \"${HOST:-a.example.com}\" ]",
}, Check: findUnreadable}

func findUnreadable(set *manifest.Set, f *rule.Finder) {
	for _, c := range ConfigurationsOf(set) {
		if c.Fault != nil && !c.foreign {
			f.Report(c.At.OnLine(c.Fault.Line), "correct the text: a node that cannot load a configuration does not start", "the configuration does not read: line %d, column %d: %s", c.Fault.Line, c.Fault.Column, c.Fault.Message)
		}
	}
}

var noEnvelope = row{Rule: rule.Rule{
	ID: "EF406", Severity: rule.Error, Title: "a configuration has no name, version or type",
	Why:     "a node tells configurations apart by these three; if it cannot load one, it does not start",
	Example: "configuration = { TrustedHosts = { hosts = [] } }",
	Fix:     "name = \"flow\"\nversion = \"1.0.0\"\ntype = \"com.tibco.ep.dtm.configuration.security\"\nconfiguration = { … }",
}, Check: findNoEnvelope}

func findNoEnvelope(set *manifest.Set, f *rule.Finder) {
	for _, c := range ConfigurationsOf(set) {
		if c.Fault != nil || c.foreign {
			continue
		}
		for _, key := range []string{"name", "version", "type"} {
			if c.Text(key) == "" {
				f.Report(c.On(c.Root, key), "add it as text in quotation marks", "the configuration has no %s", key)
			}
		}
		if c.Root.Get("configuration") == nil {
			f.Report(c.On(c.Root, "configuration"), "add `configuration = { … }`", "the configuration has no configuration object")
		}
	}
}
