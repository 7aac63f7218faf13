package review

import (
	"slices"
	"strconv"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
)

// qualifiers distinguish items that share a merge key.
var qualifiers = []string{"protocol", "whenUnsatisfiable", "kind", "namespace"}

// unordered are the lists whose order means nothing to Kubernetes, nor to a node.
var unordered = []string{
	"volumes", "volumeMounts", "volumeDevices", "ports", "imagePullSecrets", "topologySpreadConstraints", "hostAliases",
	"tolerations", "volumeClaimTemplates", "secrets", "subjects", "rules", "verbs", "resources", "apiGroups", "resourceNames",
	"nonResourceURLs", "userNames", "groupNames", "add", "drop", "finalizers", "accessModes", "policyTypes", "values", "hosts",
	"matchExpressions", "ingress", "egress", "from", "to", "except", "tls", "loadBalancerSourceRanges", "externalIPs", "supplementalGroups",
}

func (d *differ) lists(p fieldPath, name string, old, new []any) {
	ordered := d.foreign || !slices.Contains(unordered, name)
	if keys := keysOf(name, old, new); keys != nil {
		d.keyed(p, keys, ordered, old, new)
		return
	}
	if !ordered && scalars(old) && scalars(new) {
		d.sets(p, old, new)
		return
	}
	before, after := indexed(old), indexed(new)
	if ordered {
		before, after = withoutEnds(before, after)
	} else {
		before, after = without(before, after), without(after, before)
	}
	d.positions(p, before, after)
}

// keysOf are the fields that distinguish the items in both lists, nil if none do.
func keysOf(name string, old, new []any) []string {
	if len(old) == 0 && len(new) == 0 {
		return nil
	}
	for _, key := range manifest.ListKeys(name) {
		for _, keys := range [][]string{{key}, append([]string{key}, qualifiers...)} {
			if distinct(keys, old) && distinct(keys, new) {
				return keys
			}
		}
	}
	return nil
}

func distinct(keys []string, list []any) bool {
	seen := make(map[string]bool, len(list))
	for _, item := range list {
		fields, ok := item.(*manifest.Mapping)
		if !ok || fields.Get(keys[0]) == nil {
			return false
		}
		id := labelOf(keys, fields)
		if seen[id] {
			return false
		}
		seen[id] = true
	}
	return true
}

func labelOf(keys []string, fields *manifest.Mapping) string {
	var parts []string
	for _, key := range keys {
		switch value := fields.Get(key).(type) {
		case nil, *manifest.Mapping, []any:
		default:
			parts = append(parts, label(key, value))
		}
	}
	return strings.Join(parts, ",")
}

// keyed compares items by their keys, then their order where it means something.
func (d *differ) keyed(p fieldPath, keys []string, ordered bool, old, new []any) {
	was := map[string]int{}
	var before, after []string
	for i, item := range old {
		id := labelOf(keys, item.(*manifest.Mapping))
		was[id] = i
		before = append(before, id)
	}
	for i, item := range new {
		id := labelOf(keys, item.(*manifest.Mapping))
		after = append(after, id)
		if at, found := was[id]; found {
			d.compare(p.item(id, i), "", old[at], item)
			continue
		}
		d.compare(p.item(id, i), "", nil, item)
	}
	now := map[string]bool{}
	for _, id := range after {
		now[id] = true
	}
	for i, id := range before {
		if !now[id] {
			d.compare(p.item(id, i), "", old[i], nil)
		}
	}
	if ordered {
		d.order(p, before, after, func(id string) bool { _, found := was[id]; return found && now[id] })
	}
}

// order shows the sequence of items that are on both sides, if it is another one.
func (d *differ) order(p fieldPath, before, after []string, kept func(string) bool) {
	filter := func(ids []string) (list []any) {
		for _, id := range ids {
			if kept(id) {
				_, value, _ := strings.Cut(id, "=")
				list = append(list, value)
			}
		}
		return list
	}
	if old, new := filter(before), filter(after); !same(old, new) {
		d.add(p, old, new)
	}
}

func scalars(list []any) bool {
	return !slices.ContainsFunc(list, func(item any) bool {
		_, isMapping := item.(*manifest.Mapping)
		_, isList := item.([]any)
		return isMapping || isList
	})
}

// sets lists the items that come and go.
func (d *differ) sets(p fieldPath, old, new []any) {
	for _, item := range without(indexed(new), indexed(old)) {
		d.add(p.item(label("", item.value), item.index), nil, item.value)
	}
	for _, item := range without(indexed(old), indexed(new)) {
		d.add(p.item(label("", item.value), item.index), item.value, nil)
	}
}

// An item is a list's, with its place there.
type item struct {
	index int
	value any
	// isSecret says that it is not to be shown.
	isSecret bool
}

func indexed(list []any) []item {
	items, secrets := make([]item, len(list)), secretArguments(list)
	for i, value := range list {
		items[i] = item{i, value, secrets[i]}
	}
	return items
}

// withoutEnds removes the items with which both lists begin and end.
func withoutEnds(old, new []item) ([]item, []item) {
	for len(old) > 0 && len(new) > 0 && same(old[0].value, new[0].value) {
		old, new = old[1:], new[1:]
	}
	for len(old) > 0 && len(new) > 0 && same(old[len(old)-1].value, new[len(new)-1].value) {
		old, new = old[:len(old)-1], new[:len(new)-1]
	}
	return old, new
}

// without removes the items that another list has, too, as many times as it has them.
func without(list, other []item) []item {
	left := map[string]int{}
	for _, item := range other {
		left[canonical(item.value)]++
	}
	var rest []item
	for _, item := range list {
		if id := canonical(item.value); left[id] > 0 {
			left[id]--
			continue
		}
		rest = append(rest, item)
	}
	return rest
}

// positions compares items in turn; what is left over has come or gone.
func (d *differ) positions(p fieldPath, old, new []item) {
	for i := range max(len(old), len(new)) {
		var was, is item
		if i < len(old) {
			was = old[i]
		}
		if i < len(new) {
			is = new[i]
		}
		index := is.index
		if i >= len(new) {
			index = was.index
		}
		at := p.item(strconv.Itoa(index), index)
		if was.isSecret || is.isSecret {
			d.hide(at, was.value, is.value)
			continue
		}
		d.compare(at, "", was.value, is.value)
	}
}
