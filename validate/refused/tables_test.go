package refused

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
)

var kinds = []any{
	appsv1.DaemonSet{}, appsv1.Deployment{}, appsv1.ReplicaSet{}, appsv1.StatefulSet{}, autoscalingv2.HorizontalPodAutoscaler{},
	batchv1.CronJob{}, batchv1.Job{}, corev1.ConfigMap{}, corev1.LimitRange{}, corev1.PersistentVolumeClaim{}, corev1.Pod{},
	corev1.ResourceQuota{}, corev1.Secret{}, corev1.Service{}, networkingv1.Ingress{}, networkingv1.NetworkPolicy{},
	policyv1.PodDisruptionBudget{}, rbacv1.ClusterRole{}, rbacv1.ClusterRoleBinding{}, rbacv1.Role{}, rbacv1.RoleBinding{},
	schedulingv1.PriorityClass{}, storagev1.StorageClass{},
}

// A key that no type has would be a row that never counts.
func TestTablesNameWhatIsThere(t *testing.T) {
	fields, types := map[string]bool{}, map[reflect.Type]bool{}
	for _, kind := range kinds {
		collect(reflect.TypeOf(kind), reflect.TypeOf(kind), fields, types)
	}
	for _, key := range keysOfTables() {
		assert.True(t, fields[key], "%s is no field of a kind that is looked into", key)
	}
	for typ := range checks() {
		assert.True(t, types[typ], "%s is in no kind that is looked into", typ)
	}
}

func keysOfTables() (all []string) {
	for _, table := range []any{forms, needed, numbers, unique, moreWords} {
		for _, key := range reflect.ValueOf(table).MapKeys() {
			all = append(all, key.String())
		}
	}
	return all
}

func collect(typ, owner reflect.Type, fields map[string]bool, types map[reflect.Type]bool) {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
		owner = typ
	}
	if typ.Kind() != reflect.Struct || readsItself(typ) || types[typ] && owner == typ {
		return
	}
	types[typ] = true
	for _, f := range shapeOf(typ, owner).fields {
		if f.name == "" {
			collect(typ.Field(f.index).Type, owner, fields, types)
			continue
		}
		fields[f.key] = true
		inner := typ.Field(f.index).Type
		collect(inner, inner, fields, types)
	}
}
