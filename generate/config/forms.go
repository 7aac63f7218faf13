package config

import (
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// A form says how a text must be written.
type form struct {
	// broken is the rule that other texts break.
	broken rule.Rule
	// what follows "is not".
	what  string
	valid func(text string) bool
}

// The names of Kubernetes.
var (
	dnsLabel = form{invalidName, "a DNS label (at most 63 lower-case letters, digits and dashes, a letter or digit at both ends)",
		kubernetes(validation.IsDNS1123Label)}
	dnsName = form{invalidName, "a DNS name (lower-case letters, digits, dashes and dots, a letter or digit at both ends)",
		kubernetes(validation.IsDNS1123Subdomain)}
	applicationName = form{invalidName, "a name for an application (at most 52 lower-case letters, digits and dashes, a letter first and no dash last)",
		atMost(maxApplicationName, kubernetes(validation.IsDNS1035Label))}
	portName = form{invalidName, "a port name (at most 15 lower-case letters, digits and single dashes, with a letter, no dash at either end)",
		kubernetes(validation.IsValidPortName)}
	envName = form{invalidName, "a name of an environment variable (letters, digits, underscores, dashes and dots, no digit first)",
		kubernetes(validation.IsEnvVarName)}
	labelKey = form{invalidName, "a key of a label or an annotation (at most 63 letters, digits, dashes, underscores and dots, perhaps after a DNS name and a slash)",
		kubernetes(validation.IsQualifiedName)}
	labelValue = form{invalidName, "a value of a label (at most 63 letters, digits, dashes, underscores and dots, a letter or digit at both ends)",
		kubernetes(validation.IsValidLabelValue)}
	dataKey = form{invalidName, "a key of a ConfigMap or a Secret (letters, digits, dashes, underscores and dots)",
		kubernetes(validation.IsConfigMapKey)}
	objectName = form{invalidName, "the name of an object (a text without slashes, percent signs and spaces)", atMost(253, isName)}
	kindName   = form{invalidName, "a kind as in StatefulSet", matching(`[A-Z][A-Za-z0-9]{0,62}`)}
)

// annotationKey accepts capital letters in the DNS name, as the API server does.
var annotationKey = form{invalidName, labelKey.what, func(text string) bool { return labelKey.valid(strings.ToLower(text)) }}

// maxApplicationName leaves room for what a StatefulSet appends to its name in a label: a dash and
// the ten characters of a revision.
const maxApplicationName = validation.LabelValueMaxLength - 11

func kubernetes(check func(string) []string) func(string) bool {
	return func(text string) bool { return len(check(text)) == 0 }
}

// atMost bounds the bytes of a text. Regular expressions that count far take long to compile.
func atMost(bytes int, valid func(string) bool) func(string) bool {
	return func(text string) bool { return len(text) <= bytes && valid(text) }
}

// matching is true for texts that match the whole pattern.
func matching(pattern string) func(string) bool {
	whole := lazily(`^(?:` + pattern + `)$`)
	return func(text string) bool { return whole().MatchString(text) }
}

// lazily compiles a pattern on first use, so that commands that read no environment start faster.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

var (
	isKind     = matching(`[A-Z][A-Za-z0-9]*`)
	isTag      = matching(`[A-Za-z0-9_][A-Za-z0-9._-]*`)
	isDuration = matching(`([0-9]+(\.[0-9]+)?(h|m|s|ms))+`)
	// isZone accepts the characters that a zone may have without escapes in a URL (RFC 6874).
	isZone = matching(`[A-Za-z0-9._~-]+`)
	// isIPv4 accepts leading zeros, as the API server does.
	isIPv4     = matching(`([0-9]{1,3}\.){3}[0-9]{1,3}`)
	isWildcard = kubernetes(validation.IsWildcardDNS1123Subdomain)
)

func isWord(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(c rune) bool { return c == ' ' || unicode.Is(unicode.C, c) })
}

func isName(text string) bool {
	return isWord(text) && len(content.IsPathSegmentName(text)) == 0
}

func isObject(text string) bool {
	kind, name, _ := strings.Cut(text, "/")
	return isKind(kind) && isWord(name) && !strings.Contains(name, "/")
}

// Everything else.
var (
	line = form{yamltree.MalformedText, "one line of text", func(text string) bool {
		return strings.TrimSpace(text) != "" && !strings.ContainsFunc(text, isControl)
	}}
	word       = form{yamltree.MalformedText, "a name without spaces", isWord}
	repository = form{yamltree.MalformedText, "an image repository (lower-case letters and digits with slashes, dots, dashes and underscores between them, tag and digest apart)",
		matching(`(` + registryHost + `/)?` + repositoryPath)}
	registry       = form{yamltree.MalformedText, "a registry (a host name, perhaps with a port and a path)", matching(registryHost + `(/` + repositoryPath + `)?`)}
	tag            = form{yamltree.MalformedText, "a tag (at most 128 letters, digits, underscores, dots and dashes, no dot and no dash first)", atMost(128, isTag)}
	digest         = form{yamltree.MalformedText, "a digest (sha256: and 64 hexadecimal digits in lower case)", matching(`sha256:[0-9a-f]{64}`)}
	productVersion = form{yamltree.MalformedText, `a version of the product (two or three numbers as in "11.1")`, matching(`[0-9]{1,4}(\.[0-9]{1,4}){1,2}`)}
	webHost        = form{yamltree.MalformedText, "a host name (a DNS name, perhaps with *. in front, no IP address)", func(text string) bool {
		return dnsName.valid(text) && !isIPv4(text) || isWildcard(text)
	}}
	webPath = form{yamltree.MalformedText, "a path of a URL (a text that begins with a slash, without spaces, //, /./, /../ and %2F)", isWebPath}
	network = form{yamltree.MalformedText, "a network (an address and the length of its prefix as in 10.0.0.0/8)", func(text string) bool {
		_, err := netip.ParsePrefix(text)
		return err == nil
	}}
	folder      = form{yamltree.MalformedText, "a folder of a container (an absolute path in its shortest form, without colons)", isFolder}
	trustedHost = form{yamltree.MalformedText, "a host to trust (a name, perhaps with *. in front, an IP address, a CIDR, or a substitution as in ${NAME:-default})", isTrustedHost}
	percentage  = form{yamltree.MalformedText, "a whole number or a percentage as in 25%", matching(`(100|[1-9]?[0-9])%`)}
	ruleID      = form{yamltree.MalformedText, `a rule as in EF501`, matching(`EF[0-9]{3}`)}
	object      = form{yamltree.MalformedText, "Kind/name", isObject}
	date        = form{yamltree.MalformedText, "a date (year, month and day as in 2027-01-31)", func(text string) bool {
		_, err := time.Parse(time.DateOnly, text)
		return err == nil
	}}
	interval = form{yamltree.MalformedText, "an interval (numbers with h, m or s as in 10m)", func(text string) bool {
		d, err := time.ParseDuration(text)
		return err == nil && d > 0 && isDuration(text)
	}}
	gitHost       = form{yamltree.MalformedText, "a host (a DNS name, perhaps with a port)", matching(registryHost)}
	gitRepository = form{yamltree.MalformedText, "owner/name", matching(`[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*`)}
	gitBranch     = form{yamltree.MalformedText, "the name of a branch, as git check-ref-format has it", isBranch}
	gitFolder     = form{yamltree.MalformedText, "a folder of the repository (a relative path with slashes in its shortest form)", isGitFolder}
	gitURL        = form{yamltree.MalformedText, "an address of a repository (a URL with https, http or ssh, without a password)", isGitURL}
	activationURL = form{yamltree.MalformedText, "the address of an activation service (a URL with https or http and without credentials, or a substitution as in ${NAME:-default})", isActivationURL}
	serverURL     = form{yamltree.MalformedText, "an address of a server (a URL with https)", func(text string) bool {
		u, err := url.Parse(text)
		return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil
	}}
	pullTitle = form{yamltree.MalformedText, "a title that GitHub takes (at most 256 characters)", func(text string) bool {
		return utf8.RuneCountInString(text) <= 256
	}}
	manifestFile = form{yamltree.MalformedText, "the name of a .yaml, .yml or .json file other than a kustomization", isManifestFile}
)

const (
	registryHost   = `[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?`
	repositoryPath = `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`
)

// isWebPath reports whether the API server accepts a path of an Ingress.
func isWebPath(text string) bool {
	whole := strings.TrimSuffix(text, "/") + "/"
	return strings.HasPrefix(text, "/") && isWord(text) &&
		!slices.ContainsFunc([]string{"//", "/./", "/../", "%2f", "%2F"}, func(refused string) bool { return strings.Contains(whole, refused) })
}

func isControl(c rune) bool { return c < ' ' || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029 }

func isFolder(text string) bool {
	return path.IsAbs(text) && path.Clean(text) == text && !strings.ContainsFunc(text, isControl) && !strings.Contains(text, ":")
}

var (
	substitution = lazily(`^\$\{[A-Za-z_][A-Za-z0-9_.-]*(:-(.*))?\}$`)
	hostPattern  = lazily(`^(\*\.)?[A-Za-z0-9._-]+$`)
)

// isTrustedHost reports whether a node can read a text as a host. Whether that trusts too much is for
// the rules EF4xx to say.
func isTrustedHost(text string) bool {
	if parts := substitution().FindStringSubmatch(text); parts != nil {
		return parts[2] == "" || isTrustedHost(parts[2]) && !strings.Contains(parts[2], "$")
	}
	if strings.Contains(text, "/") {
		_, err := netip.ParsePrefix(text)
		return err == nil
	}
	if address, err := netip.ParseAddr(text); err == nil {
		return address.Zone() == "" || isZone(address.Zone())
	}
	return text == "*" || hostPattern().MatchString(text)
}

func isActivationURL(text string) bool {
	if parts := substitution().FindStringSubmatch(text); parts != nil {
		return parts[2] == "" || isActivationURL(parts[2]) && !strings.Contains(parts[2], "$")
	}
	u, err := url.Parse(text)
	return err == nil && isWord(text) && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// isBranch follows git check-ref-format for the name of a branch.
func isBranch(text string) bool {
	for _, part := range strings.Split(text, "/") {
		if part == "" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return !strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || isControl(c) || strings.ContainsRune(`~^:?*[\`, c) }) &&
		!strings.Contains(text, "..") && !strings.Contains(text, "@{") && !strings.HasSuffix(text, ".") &&
		!strings.HasPrefix(text, "-") && text != "@" && text != "HEAD"
}

func isGitFolder(text string) bool {
	resolved, err := resolve(".", text)
	return err == nil && resolved == text
}

func isGitURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Path == "" {
		return false
	}
	_, hasPassword := u.User.Password()
	return !hasPassword && (u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "ssh")
}

func isManifestFile(text string) bool {
	name := strings.ToLower(path.Base(text))
	ext := path.Ext(name)
	return (ext == ".yaml" || ext == ".yml" || ext == ".json") && strings.TrimSuffix(name, ext) != "kustomization"
}
