package yamltree

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// A Switch is a setting that is on by default, or by writing it, and that `false` switches off.
type Switch[T any] struct {
	// Off is true after `false`.
	Off bool
	// On holds the setting, nil where nobody wrote it and after `false`.
	On *T
}

// MarshalJSON writes a Switch as it stands in a file.
func (s Switch[T]) MarshalJSON() ([]byte, error) {
	if s.Off {
		return []byte("false"), nil
	}
	return json.Marshal(s.On)
}

func (s *Switch[T]) switchOff() { s.Off = true }

func (s *Switch[T]) switchOn() reflect.Value {
	s.On = new(T)
	return reflect.ValueOf(s.On).Elem()
}

// anySwitch is a Switch of any setting.
type anySwitch interface {
	switchOff()
	switchOn() reflect.Value
}

// Written is the type of what is written for a t, and whether `false` may be written instead.
func Written(t reflect.Type) (written reflect.Type, switchable bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[anySwitch]()) {
		on, _ := t.FieldByName("On")
		return on.Type.Elem(), true
	}
	return t, false
}

// onOrOff reads `false`, or a mapping that switches on.
func (d *Decoder) onOrOff(n *Node, at *fieldPath, to anySwitch) {
	isBool := n.class == boolScalar
	switch {
	case n.kind == mapping:
		d.value(n, at, to.switchOn())
	case isBool && !isTrue(n):
		to.switchOff()
	case isBool:
		d.problem(wrongType, n, at, "write {} to switch it on with its defaults", "want a mapping or false, not %s", n.text)
	default:
		d.wrong(n, at, "a mapping or false")
	}
}

// specialWords name what is written for types whose YAML does not look like their Go values.
var specialWords = map[reflect.Type]string{
	reflect.TypeFor[resource.Quantity]():  "quantity",
	reflect.TypeFor[intstr.IntOrString](): "whole number or text",
	reflect.TypeFor[metav1.Time]():        "time",
}

// special reads a struct, which may be of a type with a reader of its own.
func (d *Decoder) special(n *Node, at *fieldPath, v reflect.Value) {
	switch to := v.Addr().Interface().(type) {
	case anySwitch:
		d.onOrOff(n, at, to)
	case *resource.Quantity:
		d.quantity(n, at, to)
	case *intstr.IntOrString:
		d.intOrString(n, at, to)
	case *metav1.Time:
		d.time(n, at, to)
	default:
		d.structure(n, at, v)
	}
}

// QuantityPattern describes quantities. It bounds the digits and the exponents that
// resource.ParseQuantity has to compute with.
const QuantityPattern = `^\+?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?$`

var quantities = lazily(QuantityPattern)

func (d *Decoder) quantity(n *Node, at *fieldPath, to *resource.Quantity) {
	if n.kind != scalar || n.IsNull() || n.class == boolScalar {
		d.wrong(n, at, "a quantity")
		return
	}
	if rest, negative := strings.CutPrefix(n.text, "-"); negative && quantities().MatchString(rest) {
		d.problem(OutOfRange, n, at, "", "want a quantity of 0 or more, not %s", n.text)
		return
	}
	if quantities().MatchString(n.text) {
		if parsed, err := resource.ParseQuantity(n.text); err == nil {
			*to = parsed
			return
		}
	}
	d.problem(MalformedText, n, at, "", `%q is no quantity: want a number and perhaps a unit, as in "500m" or 2Gi`, Shorten(n.text))
}

func (d *Decoder) intOrString(n *Node, at *fieldPath, to *intstr.IntOrString) {
	if n.class == wholeScalar {
		number, err := strconv.ParseInt(n.text, 10, 32)
		if err != nil {
			d.problem(OutOfRange, n, at, "", "%s does not fit into 32 bits", Shorten(n.text))
		}
		*to = intstr.FromInt32(int32(number))
		return
	}
	if n.kind != scalar {
		d.wrong(n, at, "a whole number or a text")
		return
	}
	if text, ok := d.text(n, at); ok {
		*to = intstr.FromString(text)
	}
}

// time reads a timestamp; null is what Kubernetes itself writes for none.
func (d *Decoder) time(n *Node, at *fieldPath, to *metav1.Time) {
	if n.IsNull() {
		return
	}
	parsed, err := time.Parse(time.RFC3339, n.text)
	if n.kind != scalar || err != nil {
		d.wrong(n, at, "a time as in 2027-01-31T00:00:00Z")
		return
	}
	*to = metav1.NewTime(parsed.UTC())
}
