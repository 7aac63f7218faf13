package refused

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
)

// unique are lists whose items must differ in what the JSON names of some fields say, all
// of them together; items are compared whole if there are none. Of several sets each counts.
var unique = map[string][][]string{
	"Container.ports":                               {{"name"}},
	"Container.volumeDevices":                       {{"name"}, {"devicePath"}},
	"LimitRangeSpec.limits":                         {{"type"}},
	"PodSecurityContext.sysctls":                    {{"name"}},
	"PodSpec.topologySpreadConstraints":             {{"topologyKey", "whenUnsatisfiable"}},
	"PodSpec.volumes":                               {{"name"}},
	"ServiceSpec.ipFamilies":                        {{}},
	"ServiceSpec.ports":                             {{"name"}, {"port", "protocol"}, {"nodePort", "protocol"}},
	"PodFailurePolicyOnExitCodesRequirement.values": {{}},
}

func (w walk) unique(f field, list reflect.Value, at manifest.Place) {
	for _, names := range unique[f.key] {
		seen := map[string]bool{}
		for i := range list.Len() {
			said, set := identity(list.Index(i), names)
			if set && seen[said] {
				place := at.Below(f.name).Item(i)
				if len(names) == 1 {
					place = place.Below(names[0])
				}
				w.Report(place, "make them differ, or leave one out", "two items of %s have the same %s", f.name, orValue(names, said))
			}
			seen[said] = true
		}
	}
}

func orValue(names []string, said string) string {
	if len(names) == 0 {
		return "value, " + said
	}
	return strings.Join(names, " and ") + ", " + said
}

// identity is what tells an item from others; it is not set if one part is empty, but for
// the protocol, which is TCP then.
func identity(item reflect.Value, names []string) (said string, set bool) {
	if len(names) == 0 {
		return fmt.Sprintf("%v", item.Interface()), true
	}
	var parts []string
	for _, f := range shapeOf(item.Type(), item.Type()).fields {
		for _, name := range names {
			if f.name != name {
				continue
			}
			part := fmt.Sprint(item.Field(f.index).Interface())
			if name == "protocol" && part == "" {
				part = "TCP"
			}
			if part == "" || part == "0" {
				return "", false
			}
			parts = append(parts, part)
		}
	}
	return strconv.Quote(strings.Join(parts, " ")), true
}

func least(n int64) string { return strconv.FormatInt(n, 10) }

// sources counts the pointers that are set in a struct in which exactly one should be.
func sources(union any) int {
	n, fields := 0, reflect.ValueOf(union)
	for i := range fields.NumField() {
		if field := fields.Field(i); field.Kind() == reflect.Pointer && !field.IsNil() {
			n++
		}
	}
	return n
}
