package manifest_test

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate/manifest"
)

var update = flag.Bool("update", false, "write the goldens anew")

func TestStatefulSetIsWrittenAsAPersonWouldWriteIt(t *testing.T) {
	const golden = "testdata/statefulset.yaml"
	got := marshal(t, statefulSet())
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func TestObjectsAreReadBackAsTheyWere(t *testing.T) {
	for _, object := range objects() {
		text := marshal(t, object)
		back := reflect.New(reflect.TypeOf(object).Elem()).Interface()
		require.NoError(t, yaml.UnmarshalStrict([]byte(text), back), text)
		assert.JSONEq(t, toJSON(t, object), toJSON(t, back), text)
		for line := range strings.Lines(text) {
			assert.Equal(t, strings.TrimRight(line, " \t\n")+"\n", line)
		}
	}
}

func TestStatusIsNeverWritten(t *testing.T) {
	set := statefulSet()
	without := marshal(t, set)
	set.Status.Replicas = 3
	set.Spec.VolumeClaimTemplates[0].Status.Phase = corev1.ClaimBound
	assert.Equal(t, without, marshal(t, set))

	assert.Equal(t, "kind: Route\nspec:\n  status: kept\n", marshal(t, map[string]any{
		"kind": "Route", "status": map[string]any{"ingress": []any{}}, "spec": map[string]any{"status": "kept"},
	}))
	assert.Equal(t, "status: \"True\"\nlastProbeTime: null\n", marshal(t, struct {
		Status        string       `json:"status"`
		LastProbeTime *metav1.Time `json:"lastProbeTime,omitempty"`
		Ignored       string       `json:"-"`
	}{Status: "True", LastProbeTime: &metav1.Time{}}), "a struct that is no object keeps its status")
}

func TestObjectsWithoutATypeStartWithWhatTheyAre(t *testing.T) {
	assert.Equal(t, `apiVersion: route.openshift.io/v1
kind: Route
metadata:
  name: flow
aaa: first
spec:
  aaa: sorted
  apiVersion: sorted
`, marshal(t, map[string]any{
		"spec":       map[string]any{"apiVersion": "sorted", "aaa": "sorted"},
		"metadata":   map[string]any{"name": "flow"},
		"apiVersion": "route.openshift.io/v1", "kind": "Route", "aaa": "first",
	}))
}

type omissions struct {
	Empty      string            `json:"empty,omitempty"`
	EmptyList  []string          `json:"emptyList,omitempty"`
	ZeroStruct corev1.PodSpec    `json:"zeroStruct,omitempty"`
	ZeroTime   metav1.Time       `json:"zeroTime,omitzero"`
	ZeroList   []string          `json:"zeroList,omitzero"`
	NilList    []string          `json:"nilList"`
	NilMap     map[string]string `json:"nilMap"`
	NilPointer *int32            `json:"nilPointer"`
	NilAny     any               `json:"nilAny"`

	Struct    metav1.LabelSelector `json:"struct"`
	Number    int                  `json:"number"`
	List      []*int32             `json:"list"`
	Map       map[string]any       `json:"map"`
	Zero      *int32               `json:"zero,omitempty"`
	EmptySet  []string             `json:"emptySet,omitzero"`
	Structure *corev1.EnvVarSource `json:"structure,omitempty"`
	Unnamed   bool
	hidden    bool
}

func TestOnlyWhatIsSetIsWritten(t *testing.T) {
	assert.Equal(t, `struct: {}
number: 0
list:
- null
- 0
map:
  a: null
  b: {}
  c: []
zero: 0
emptySet: []
structure: {}
Unnamed: false
`, marshal(t, omissions{
		EmptyList: []string{},
		List:      []*int32{nil, new(int32)},
		Map:       map[string]any{"b": map[string]any{}, "a": nil, "c": []any{}},
		Zero:      new(int32), EmptySet: []string{}, Structure: &corev1.EnvVarSource{}, hidden: true,
	}))
	assert.Equal(t, "{}\n", marshal(t, map[string]any{}))
}

func TestCollectionsNest(t *testing.T) {
	assert.Equal(t, `a:
- - - deep
  - |
    two
    lines
- - b: 1
    c:
    - d: |2-
         indented
        text
      e: {}
`, marshal(t, map[string]any{"a": []any{
		[]any{[]any{"deep"}, "two\nlines\n"},
		[]any{map[string]any{"b": 1, "c": []any{map[string]any{"d": " indented\ntext", "e": map[string]any{}}}}},
	}}))
}

func TestValuesOfEveryType(t *testing.T) {
	moment := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	for want, value := range map[string]any{
		"1":                             uint8(1),
		"-9223372036854775808":          int64(math.MinInt64),
		"18446744073709551615":          uint64(math.MaxUint64),
		"0.5":                           float32(0.5),
		"4":                             4.0,
		"1.0e+21":                       1e21,
		"1.5e-07":                       1.5e-7,
		"12345678901234567890123":       json.Number("12345678901234567890123"),
		"1.10":                          json.Number("1.10"),
		"1.0e+30":                       json.Number("1E30"),
		"true":                          true,
		`"true"`:                        intstr.FromString("true"),
		"80":                            intstr.FromInt32(80),
		"aGk=":                          []byte("hi"),
		"5m0s":                          metav1.Duration{Duration: 5 * time.Minute},
		`"2026-01-02T03:04:05Z"`:        metav1.NewTime(moment),
		`"2026-01-02T03:04:05.000006Z"`: &metav1.MicroTime{Time: moment},
		"null":                          (*metav1.Time)(nil),
		"RuntimeDefault":                corev1.SeccompProfileTypeRuntimeDefault,
		"10.1.0.1":                      netip("10.1.0.1"),
	} {
		assert.Equal(t, "v: "+want+"\n", marshal(t, map[string]any{"v": value}))
	}
}

// netip is text by its own method.
type netip string

func (n netip) MarshalText() ([]byte, error) { return []byte(n), nil }

type refuses struct{}

func (refuses) MarshalJSON() ([]byte, error) { return nil, os.ErrInvalid }

func TestErrorsNameTheField(t *testing.T) {
	cyclic := map[string]any{}
	cyclic["a"] = []any{cyclic}
	var itself any
	itself = &itself
	for name, c := range map[string]struct {
		object any
		field  string
		says   string
	}{
		"nothing":          {nil, "", "cannot write a <nil> as an object"},
		"nil object":       {(*corev1.Pod)(nil), "", "cannot write a *v1.Pod as an object"},
		"text":             {"text", "", "cannot write a string as an object"},
		"not UTF-8":        {&corev1.ConfigMap{Data: map[string]string{"a.b": "\xff"}}, `data["a.b"]`, "text that is not UTF-8"},
		"key not UTF-8":    {&corev1.ConfigMap{Data: map[string]string{"\xff": ""}}, "data", `key "\xff" that is not UTF-8`},
		"long key":         {map[string]any{strings.Repeat("k", 1025): 1}, "", "key of more than 1024 bytes"},
		"not a number":     {map[string]any{"a": []any{math.NaN()}}, "a[0]", "number NaN that is not finite"},
		"infinite":         {map[string]any{"a": json.Number("1e999")}, "a", `"1e999" is not a number`},
		"bad number":       {map[string]any{"a": json.Number("0x1")}, "a", `"0x1" is not a number`},
		"channel":          {map[string]any{"a": make(chan int)}, "a", "cannot write a chan int"},
		"numbers as keys":  {map[string]any{"a": map[int]int{}}, "a", "cannot write a map[int]int"},
		"refuses":          {map[string]any{"a": refuses{}}, "a", "json: error calling MarshalJSON for type *manifest_test.refuses: invalid argument"},
		"contains itself":  {cyclic, strings.Repeat("a[0].", 49) + "a[0]", "nested too deep"},
		"points at itself": {map[string]any{"a": itself}, "a", "nested too deep"},
	} {
		_, err := manifest.Marshal(c.object)
		var at *manifest.FieldError
		if assert.ErrorAs(t, err, &at, name) {
			assert.Equal(t, c.field, at.Field, name)
			assert.Equal(t, c.says, at.Message, name)
		}
	}
}

func TestFieldErrorStartsWithItsField(t *testing.T) {
	assert.EqualError(t, &manifest.FieldError{Field: "a[0]", Message: "wrong"}, "a[0]: wrong")
	assert.EqualError(t, &manifest.FieldError{Message: "wrong"}, "wrong")
}

// Rendering runs in many workers; with -race this fails if writing an object changes it.
func TestOneObjectIsWrittenByManyAtOnce(t *testing.T) {
	set := statefulSet()
	want := marshal(t, set)
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() { assert.Equal(t, want, marshal(t, set)) })
	}
	writers.Wait()
	assert.Equal(t, statefulSet(), set)
}

func TestObjectsAreWrittenFromValuesToo(t *testing.T) {
	assert.Equal(t, marshal(t, statefulSet()), marshal(t, *statefulSet()))
	claim := map[string]appsv1.StatefulSet{"set": *statefulSet()}
	assert.Contains(t, marshal(t, claim), "set:\n  apiVersion: apps/v1\n")
}

func marshal(t *testing.T, object any) string {
	t.Helper()
	text, err := manifest.Marshal(object)
	require.NoError(t, err)
	return string(text)
}

func toJSON(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	require.NoError(t, err)
	return string(data)
}
