package immutable

import (
	"testing"

	"github.com/stretchr/testify/assert"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func TestChanged(t *testing.T) {
	set := func(service string, policy appsv1.PodManagementPolicyType, replicas int32) *appsv1.StatefulSet {
		return &appsv1.StatefulSet{Spec: appsv1.StatefulSetSpec{ServiceName: service, PodManagementPolicy: policy, Replicas: &replicas}}
	}
	config := func(immutable bool, value string) *corev1.ConfigMap {
		return &corev1.ConfigMap{Immutable: &immutable, Data: map[string]string{"a": value}}
	}
	for name, test := range map[string]struct {
		old, new any
		want     []string
	}{
		"a fixed field":              {set("a", "", 1), set("b", "", 1), []string{"spec.serviceName"}},
		"one that may change":        {set("a", "", 1), set("a", "", 2), nil},
		"the server's default":       {set("a", "", 1), set("a", appsv1.OrderedReadyPodManagement, 1), nil},
		"an immutable object":        {config(true, "1"), config(true, "2"), []string{"data"}},
		"immutable no longer":        {config(true, "1"), config(false, "1"), []string{"immutable"}},
		"immutable from now on":      {config(false, "1"), config(true, "2"), nil},
		"another type":               {set("a", "", 1), config(true, "1"), nil},
		"a type that nobody decodes": {nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, Changed(test.old, test.new))
		})
	}
}
