package manifest

import (
	"net/netip"
	"strings"
)

// ParseNetwork reads a network such as 10.1.0.0/16; a single address is one, too.
func ParseNetwork(text string) (netip.Prefix, bool) {
	text = strings.TrimSpace(text)
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix, err == nil
}

// NetworkCovers reports whether all addresses of a network are in another one.
func NetworkCovers(outer, inner string) bool {
	if outer == inner {
		return true
	}
	a, okA := ParseNetwork(outer)
	b, okB := ParseNetwork(inner)
	return okA && okB && a.Bits() <= b.Bits() && a.Contains(b.Addr())
}
