package manifest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// maxKey is how long a YAML key on one line may be (YAML 1.2.2, 7.4: 1024 characters).
const maxKey = 1024

// kindWriters write the Go kinds that are one scalar.
var kindWriters = map[reflect.Kind]func(*writer, reflect.Value, place) error{
	reflect.String:  (*writer).text,
	reflect.Bool:    (*writer).boolean,
	reflect.Int:     (*writer).integer,
	reflect.Int8:    (*writer).integer,
	reflect.Int16:   (*writer).integer,
	reflect.Int32:   (*writer).integer,
	reflect.Int64:   (*writer).integer,
	reflect.Uint:    (*writer).unsigned,
	reflect.Uint8:   (*writer).unsigned,
	reflect.Uint16:  (*writer).unsigned,
	reflect.Uint32:  (*writer).unsigned,
	reflect.Uint64:  (*writer).unsigned,
	reflect.Float32: (*writer).float,
	reflect.Float64: (*writer).float,
}

func (w *writer) text(v reflect.Value, at place) error {
	return w.string(v.String(), at)
}

func (w *writer) string(s string, at place) error {
	if !utf8.ValidString(s) {
		return w.errorf("text that is not UTF-8")
	}
	w.out = append(w.out, ' ')
	switch styleOf(s) {
	case plain:
		w.out = append(w.out, s...)
	case quoted:
		w.out = appendQuoted(w.out, s)
	case block:
		w.block(s, at.column)
	}
	return nil
}

// key writes a mapping key with its colon.
func (w *writer) key(key string) error {
	start := len(w.out)
	w.out = appendKey(w.out, key)
	switch {
	case !utf8.ValidString(key):
		return w.errorf("key %q that is not UTF-8", key)
	case len(w.out)-start > maxKey:
		return w.errorf("key of more than %d bytes", maxKey)
	}
	w.out = append(w.out, ':')
	return nil
}

func appendKey(out []byte, key string) []byte {
	if styleOf(key) == plain {
		return append(out, key...)
	}
	return appendQuoted(out, key)
}

// block writes s as a literal block: a header that keeps exactly the line ends s
// has, then each line at the column.
func (w *writer) block(s string, column int) {
	w.out = append(w.out, '|')
	// A reader takes the indentation from the first line with text.
	if s[0] == ' ' || s[0] == '\n' {
		w.out = append(w.out, '2')
	}
	body, ended := strings.CutSuffix(s, "\n")
	switch {
	case !ended:
		w.out = append(w.out, '-')
	case strings.HasSuffix(body, "\n"):
		w.out = append(w.out, '+')
	}
	for line := range strings.SplitSeq(body, "\n") {
		if line == "" {
			w.newLine(0)
			continue
		}
		w.newLine(column)
		w.out = append(w.out, line...)
	}
}

func (w *writer) boolean(v reflect.Value, _ place) error {
	w.out = strconv.AppendBool(append(w.out, ' '), v.Bool())
	return nil
}

func (w *writer) integer(v reflect.Value, _ place) error {
	w.out = strconv.AppendInt(append(w.out, ' '), v.Int(), 10)
	return nil
}

func (w *writer) unsigned(v reflect.Value, _ place) error {
	w.out = strconv.AppendUint(append(w.out, ' '), v.Uint(), 10)
	return nil
}

func (w *writer) float(v reflect.Value, _ place) error {
	return w.float64(v.Float(), v.Type().Bits())
}

// float64 writes large and small numbers with an exponent, as encoding/json does,
// and with the point that YAML 1.1 asks for before one.
func (w *writer) float64(f float64, bits int) error {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return w.errorf("number %v that is not finite", f)
	}
	w.out = append(w.out, ' ')
	if a := math.Abs(f); a == 0 || a >= 1e-6 && a < 1e21 {
		w.out = strconv.AppendFloat(w.out, f, 'f', -1, bits)
		return nil
	}
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, bits), "e")
	if !strings.Contains(digits, ".") {
		digits += ".0"
	}
	w.out = append(w.out, digits+"e"+exponent...)
	return nil
}

func (w *writer) number(v reflect.Value, _ place) error {
	n := v.String()
	f, err := strconv.ParseFloat(n, 64)
	switch {
	case err != nil || !json.Valid([]byte(n)):
		return w.errorf("%q is not a number", n)
	case strings.ContainsAny(n, "eE"):
		return w.float64(f, 64)
	}
	w.out = append(append(w.out, ' '), n...)
	return nil
}

func (w *writer) base64(v reflect.Value, at place) error {
	return w.string(base64.StdEncoding.EncodeToString(v.Bytes()), at)
}

// quantity works on a copy: String keeps its result in the Quantity it is called on.
func (w *writer) quantity(v reflect.Value, at place) error {
	q := v.Interface().(resource.Quantity)
	return w.string(q.String(), at)
}

func (w *writer) intOrString(v reflect.Value, at place) error {
	x := v.Interface().(intstr.IntOrString)
	if x.Type == intstr.String {
		return w.string(x.StrVal, at)
	}
	w.out = strconv.AppendInt(append(w.out, ' '), int64(x.IntVal), 10)
	return nil
}

// asJSON writes a value that knows its own JSON.
func (w *writer) asJSON(v reflect.Value, at place) error {
	data, err := json.Marshal(addressable(v).Addr().Interface())
	if err != nil {
		return w.errorf("%v", err)
	}
	decoded, err := decode(data)
	if err != nil {
		return w.errorf("%v", err)
	}
	return w.value(planFor(reflect.TypeFor[any]()), reflect.ValueOf(&decoded).Elem(), at)
}

// decode reads JSON without changing its numbers.
func decode(data []byte) (any, error) {
	var value any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return value, d.Decode(&value)
}
