package judge

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A format is a form of texts that has a name.
type format struct {
	name string
	fits func(text string) bool
}

// formatOf is nil for a name that means nothing here.
func formatOf(name string) *format {
	if fits := formats[name]; fits != nil {
		return &format{name, fits}
	}
	return nil
}

// holds is for texts; other values have no format.
func (f *format) holds(value any) bool {
	text, isText := value.(string)
	return !isText || f.fits(text)
}

var formats = map[string]func(string) bool{
	"date": isDate, "time": isTime, "date-time": isDateTime, "duration": isDuration, "period": isPeriod,
	"email": isEmail, "hostname": isHostname, "ipv4": isIPv4, "ipv6": isIPv6,
	"uri": isURI, "iri": isURI, "uri-reference": isURIReference, "iri-reference": isURIReference, "uri-template": isURITemplate,
	"json-pointer": isPointer, "relative-json-pointer": isRelativePointer,
	"uuid": isUUID, "semver": isSemver,
	"regex": func(s string) bool { _, err := regexp.Compile(s); return err == nil },
}

func isIPv4(s string) bool {
	parts := strings.Split(s, ".")
	return len(parts) == 4 && !slices.ContainsFunc(parts, func(part string) bool {
		return len(part) > 1 && part[0] == '0' || below(part, 256) < 0
	})
}

func isIPv6(s string) bool {
	address, err := netip.ParseAddr(s)
	return err == nil && strings.Contains(s, ":") && address.Zone() == ""
}

func isHostname(s string) bool {
	s = strings.TrimSuffix(s, ".")
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || !made(label, "-") {
			return false
		}
	}
	return true
}

// made reports whether a text is made of letters, digits and some further bytes.
func made(s, further string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(further, r)
	})
}

func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if len(s) > 254 || at < 0 || at > 64 || !isMailbox(s[:at]) {
		return false
	}
	domain := s[at+1:]
	if strings.HasPrefix(domain, "[") && strings.HasSuffix(domain, "]") {
		address := domain[1 : len(domain)-1]
		if six, found := strings.CutPrefix(address, "IPv6:"); found {
			return isIPv6(six)
		}
		return isIPv4(address)
	}
	return isHostname(domain)
}

func isMailbox(s string) bool {
	if len(s) > 1 && s[0] == '"' {
		return !strings.ContainsAny(s[1:len(s)-1], `\"`)
	}
	return !strings.HasPrefix(s, ".") && !strings.HasSuffix(s, ".") && !strings.Contains(s, "..") && made(s, ".!#$%&'*+-/=?^_`{|}~")
}

// parseURI is nil for what is none; url.Parse lets wrong IPv6 addresses pass.
func parseURI(s string) *url.URL {
	parsed, err := url.Parse(s)
	if err != nil {
		return nil
	}
	if host := parsed.Hostname(); strings.Contains(host, ":") &&
		(!strings.Contains(parsed.Host, "[") || !strings.Contains(parsed.Host, "]") || !isIPv6(host)) {
		return nil
	}
	return parsed
}

func isURI(s string) bool {
	parsed := parseURI(s)
	return parsed != nil && parsed.IsAbs()
}

func isURIReference(s string) bool { return !strings.Contains(s, `\`) && parseURI(s) != nil }

func isURITemplate(s string) bool {
	parsed := parseURI(s)
	if parsed == nil {
		return false
	}
	for part := range strings.SplitSeq(parsed.RawPath, "/") {
		part, err := url.PathUnescape(part)
		if err != nil || !paired(part) {
			return false
		}
	}
	return true
}

// paired reports whether braces open and close in turn.
func paired(s string) bool {
	open := false
	for _, r := range s {
		if r == '{' || r == '}' {
			if open == (r == '{') {
				return false
			}
			open = !open
		}
	}
	return !open
}

// isPointer takes an RFC 6901 pointer: "~" escapes 0 or 1.
func isPointer(s string) bool {
	if s != "" && s[0] != '/' {
		return false
	}
	for i := range len(s) {
		if s[i] == '~' && (i+1 == len(s) || s[i+1] != '0' && s[i+1] != '1') {
			return false
		}
	}
	return true
}

func isRelativePointer(s string) bool {
	rest := strings.TrimLeft(s, "0123456789")
	digits := len(s) - len(rest)
	return digits > 0 && (digits == 1 || s[0] != '0') && (rest == "#" || isPointer(rest))
}

func isUUID(s string) bool {
	parts := strings.Split(s, "-")
	lengths := []int{8, 4, 4, 4, 12}
	return slices.EqualFunc(parts, lengths, func(part string, length int) bool {
		return len(part) == length && strings.Trim(part, "0123456789abcdefABCDEF") == ""
	})
}

func isSemver(s string) bool {
	s, build, built := strings.Cut(s, "+")
	s, candidate, early := strings.Cut(s, "-")
	if built && !identifiers(build, false) || early && !identifiers(candidate, true) {
		return false
	}
	parts := strings.Split(s, ".")
	return len(parts) == 3 && !slices.ContainsFunc(parts, func(part string) bool { return !isDigits(part) || padded(part) })
}

// identifiers takes what follows a version: parts between dots, those of digits
// alone without leading zeros if they count.
func identifiers(s string, count bool) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" || !made(part, "-") || count && isDigits(part) && padded(part) {
			return false
		}
	}
	return true
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func padded(s string) bool { return len(s) > 1 && s[0] == '0' }
