package streaming

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAHostIsTrustedBeforeOnlyIfOnePatternSurelyTookIt(t *testing.T) {
	for _, covered := range [][2]string{
		{"*", "anything"},
		{"10.0.0.0/8", "10.1.0.0/16"}, {"10.0.0.0/8", "10.0.0.0/8"}, {"10.0.0.0/8", "10.1.2.3"}, {"10.1.2.3", "10.1.2.3/32"},
		{"2001:db8::/32", "2001:db8:1::/48"},
		{"*.example.com", "*.a.example.com"}, {"*.example.com", "a.example.com"}, {"*.Example.com", "a.example.COM"},
		{"${ROUTE:-10.1.0.1}", "${ROUTE:-10.1.0.1}"},
	} {
		assert.True(t, HostCovers(covered[0], covered[1]), "%s takes %s", covered[0], covered[1])
	}
	for _, wider := range [][2]string{
		{"10.1.0.0/16", "10.0.0.0/8"}, {"10.1.0.0/16", "10.2.0.0/16"}, {"10.1.2.3", "10.1.2.0/24"}, {"0.0.0.0/0", "::/0"},
		{"*.a.example.com", "*.example.com"}, {"*.example.com", "example.com"}, {"*.example.com", "badexample.com"}, {"a.example.com", "b.example.com"},
		{"${ROUTE:-10.1.0.1}", "10.1.0.1"}, {"10.0.0.0/8", "${ROUTE:-10.1.0.1}"}, {"", "a"},
	} {
		assert.False(t, HostCovers(wider[0], wider[1]), "%s does not take %s", wider[0], wider[1])
	}
}
