package config

import (
	"net/netip"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// peers judges who may come in, as the API server does.
func (c *checker) peers(at string, peers []networkingv1.NetworkPolicyPeer) {
	for i, peer := range peers {
		field := rule.Index(at, i)
		e, _, _ := c.env.Origins.nearest(field)
		selects := peer.PodSelector != nil || peer.NamespaceSelector != nil
		switch {
		case e.Value.Len() == 0:
			c.bad(yamltree.MissingValue, field, "write [] for all of the list to let everybody in", "names nobody: want a podSelector, a namespaceSelector or an ipBlock")
		case peer.IPBlock != nil && selects:
			c.bad(conflictingSettings, field+".ipBlock", "make it an item of its own", "an ipBlock does not go with a podSelector or a namespaceSelector")
		}
		if peer.IPBlock != nil {
			c.ipBlock(field+".ipBlock", peer.IPBlock)
		}
	}
}

func (c *checker) ipBlock(at string, block *networkingv1.IPBlock) {
	c.item(at+".cidr", block.CIDR, network)
	c.items(at+".except", block.Except, network)
	whole, err := netip.ParsePrefix(block.CIDR)
	for i, except := range block.Except {
		part, bad := netip.ParsePrefix(except)
		if err == nil && bad == nil && (!whole.Contains(part.Addr()) || part.Bits() <= whole.Bits()) {
			c.bad(conflictingSettings, rule.Index(at+".except", i), "", "want a part of %s, not %s", block.CIDR, except)
		}
	}
}
