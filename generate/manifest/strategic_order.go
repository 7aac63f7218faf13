package manifest

import (
	"fmt"
	"slices"
	"strings"
)

// mergeInOrder merges a list that has a $setElementOrder, and takes both from the
// patch.
func mergeInOrder(p *plan, original, patch map[string]any, directive string) (err error) {
	_, key, _ := strings.Cut(directive, "/")
	order, _ := patch[directive].([]any)
	delete(patch, directive)
	f := p.field(key)
	if f == nil {
		return errNoType(key)
	}
	_, isOld := original[key]
	_, isChanged := patch[key]
	server, isOldList := original[key].([]any)
	changes, isChangedList := patch[key].([]any)
	switch {
	case !isOld && !isChanged:
		return nil
	case isOld != isOldList || isChanged != isChangedList || len(server)+len(changes) == 0:
		return fmt.Errorf("%s has no list to put in order", directive)
	case !agree(f.mergeKey, changes, order):
		return fmt.Errorf("%s does not have the entries of %s in their order", directive, key)
	}
	delete(patch, key)
	merged := server
	switch {
	case !isOld:
		added, _ := withoutDirectives(changes)
		merged = added.([]any)
	case isChanged:
		if merged, err = mergeList(p, key, server, changes); err != nil {
			return err
		}
	}
	original[key], err = arrange(f.mergeKey, merged, order, server)
	return err
}

// agree tells whether an order has what a patch adds or changes, as it comes there. Neither list has to have anything.
func agree(key string, patch, order []any) bool {
	rest := slices.DeleteFunc(slices.Clone(patch), func(item any) bool { return directiveOf(item) == "delete" })
	if len(patch) == 0 || len(order) == 0 {
		return true
	}
	for _, entry := range order {
		for len(rest) > 0 && directiveOf(rest[0]) != nil {
			rest = rest[1:]
		}
		if len(rest) > 0 && find(key, rest[:1], entry) == 0 {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}

func directiveOf(item any) any {
	entry, _ := item.(map[string]any)
	return entry[patchDirective]
}

// arrange puts entries in order: those that the order has as it has them, the others
// as the server has them and each before the first one that comes after it there. So
// what the server does not have comes first.
func arrange(key string, entries, order, server []any) ([]any, error) {
	for _, entry := range slices.Concat(entries, order, server) {
		if key != "" && identityOf(key, entry) == nil {
			return nil, fmt.Errorf("an entry without %s, by which entries of this list are merged", key)
		}
	}
	var named, others []any
	for _, entry := range entries {
		if find(key, order, entry) >= 0 {
			named = append(named, entry)
		} else {
			others = append(others, entry)
		}
	}
	sortAs(key, named, order)
	sortAs(key, others, server)
	return interleave(key, others, named, server), nil
}

// sortAs sorts entries as another list has them. What that does not have comes
// first, in no order that means anything: only the API server's own way to sort
// finds the same one. It takes an empty $setElementOrder to see it.
func sortAs(key string, entries, order []any) {
	slices.SortStableFunc(entries, func(a, b any) int {
		i, j := find(key, order, a), find(key, order, b)
		if i < 0 || j < 0 {
			return -1
		}
		return i - j
	})
}

func interleave(key string, others, named, server []any) []any {
	all := make([]any, 0, len(others)+len(named))
	for len(others) > 0 && len(named) > 0 {
		i, j := find(key, server, others[0]), find(key, server, named[0])
		if i >= 0 && i < j {
			all, others = append(all, others[0]), others[1:]
		} else {
			all, named = append(all, named[0]), named[1:]
		}
	}
	return append(append(all, others...), named...)
}
