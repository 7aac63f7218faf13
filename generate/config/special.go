package config

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// A toggle is a Switch of any setting.
type toggle interface {
	off()
	on() reflect.Value
}

func (s *Switch[T]) off() { s.Off = true }

func (s *Switch[T]) on() reflect.Value {
	s.On = new(T)
	return reflect.ValueOf(s.On).Elem()
}

// toggle reads `false`, or a mapping that switches on.
func (d *decoder) toggle(n *node, at *trail, to toggle) {
	if n.kind == mapping {
		d.value(n, at, to.on())
		return
	}
	isBool := n.class == boolScalar
	switch {
	case isBool && (n.text[0] == 'f' || n.text[0] == 'F'):
		to.off()
	case isBool:
		d.problem(wrongType, n, at, "write {} to switch it on with its defaults", "want a mapping or false, not %s", n.text)
	default:
		d.wrong(n, at, "a mapping or false")
	}
}

// specials are the types whose form in YAML is not that of their Go value.
var specials map[reflect.Type]func(d *decoder, n *node, at *trail, v reflect.Value)

func init() {
	specials = map[reflect.Type]func(*decoder, *node, *trail, reflect.Value){
		reflect.TypeFor[resource.Quantity]():  (*decoder).quantity,
		reflect.TypeFor[intstr.IntOrString](): (*decoder).intOrString,
		reflect.TypeFor[metav1.Time]():        (*decoder).time,
	}
}

// quantityForm bounds what resource.ParseQuantity gets: it computes with every
// digit, and with exponents as large as they are written.
const quantityForm = `^\+?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?$`

var quantities = lazily(quantityForm)

func (d *decoder) quantity(n *node, at *trail, v reflect.Value) {
	if n.kind != scalar || n.isNull() || n.class == boolScalar {
		d.wrong(n, at, "a quantity")
		return
	}
	if rest, negative := strings.CutPrefix(n.text, "-"); negative && quantities().MatchString(rest) {
		d.problem(outOfRange, n, at, "", "want a quantity of 0 or more, not %s", n.text)
		return
	}
	if quantities().MatchString(n.text) {
		if parsed, err := resource.ParseQuantity(n.text); err == nil {
			v.Set(reflect.ValueOf(parsed))
			return
		}
	}
	d.problem(malformedText, n, at, "", `%q is no quantity: want a number and perhaps a unit, as in "500m" or 2Gi`, shorten(n.text))
}

func (d *decoder) intOrString(n *node, at *trail, v reflect.Value) {
	if n.class == wholeScalar {
		number, err := strconv.ParseInt(n.text, 10, 32)
		if err != nil {
			d.problem(outOfRange, n, at, "", "%s does not fit into 32 bits", shorten(n.text))
		}
		v.Set(reflect.ValueOf(intstr.FromInt32(int32(number))))
		return
	}
	if n.kind != scalar {
		d.wrong(n, at, "a whole number or a text")
		return
	}
	if text, ok := d.text(n, at); ok {
		v.Set(reflect.ValueOf(intstr.FromString(text)))
	}
}

// time reads a timestamp; null is what Kubernetes itself writes for none.
func (d *decoder) time(n *node, at *trail, v reflect.Value) {
	if n.isNull() {
		return
	}
	parsed, err := time.Parse(time.RFC3339, n.text)
	if n.kind != scalar || err != nil {
		d.wrong(n, at, "a time as in 2027-01-31T00:00:00Z")
		return
	}
	v.Set(reflect.ValueOf(metav1.NewTime(parsed.UTC())))
}
