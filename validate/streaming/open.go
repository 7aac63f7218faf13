package streaming

import (
	"strings"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var openSubstitution = row{Rule: rule.Rule{
	ID: "EF422", Severity: rule.Note, Title: "a substitution stands outside of quotation marks",
	Why:     "the node fills it in before it reads the file, and the vendor's samples have it; to any other program the file is no HOCON, and a value with a comma in it becomes several",
	Example: "hosts = [ ${HOST:-a.example.com} ]",
	Fix:     "hosts = [ \"${HOST:-a.example.com}\" ]   # a text; a number stays without quotation marks",
}, Check: findOpenSubstitutions}

// findOpenSubstitutions says it once for a configuration, at the first value.
func findOpenSubstitutions(set *manifest.Set, f *rule.Finder) {
	for _, c := range ConfigurationsOf(set) {
		for path, value := range c.Root.Texts() {
			if name, found := strings.CutPrefix(value.Open(), "${"); found && mavens(value, c) == "" {
				name = name[:strings.IndexAny(name, ":}")] // the default may be a secret
				f.Report(c.On(value, path.String()), "leave it where a number is wanted, and write a text in quotation marks",
					"${%s} stands outside of quotation marks: that is legal for Streaming, but no standard HOCON", name)
				break
			}
		}
	}
}

// placeholder matches what Maven fills in: @name@, and ${name} where the name has a dot, as that of
// no substitution has that every product version accepts.
var placeholder = manifest.Pattern(`(?:^|[^\w@.])(@[A-Za-z][\w.-]*@)(?:$|[^\w@])|(\$\{[A-Za-z][\w-]*(?:\.[\w-]+)+\})`)

// mavens is the first placeholder of Maven's in a text that a node would resolve no further.
func mavens(value *hocon.Value, c *Configuration) string {
	found := placeholder().FindStringSubmatch(c.first().Resolve(value.Text))
	if found == nil {
		return ""
	}
	return found[1] + found[2]
}

var mavenPlaceholder = row{Rule: rule.Rule{
	ID: "EF423", Severity: rule.Note, Title: "a placeholder of Maven's",
	Why:     "it is filled in by Maven, which builds the archive, so nothing can be said of the value here; in a file that an environment delivers nothing fills it in, and the note is a warning",
	Example: "activationServiceURLs = [ ${activation.service.urls} ]   # validated in src/main",
	Fix:     "activationServiceURLs = [ \"https://activation.example.com\" ]   # what Maven writes into target/",
}, Check: findMavenPlaceholders}

func findMavenPlaceholders(set *manifest.Set, f *rule.Finder) {
	for _, c := range ConfigurationsOf(set) {
		if c.foreign {
			continue
		}
		for path, value := range c.Root.Texts() {
			name := mavens(value, c)
			if name == "" || strings.Contains(value.Text, "\n") { // several lines are a configuration of their own
				continue
			}
			at := c.On(value, path.String())
			if set.Facts().Environment != "" && at.Object() != nil {
				f.As(rule.Warning).Report(at, "write the value itself", "%s is filled in by Maven when it builds an archive: nothing fills it in here", name)
			} else {
				f.Report(at, "validate what Maven has written into target/", "%s is filled in by Maven: nothing is known of its value here", name)
			}
		}
	}
}
