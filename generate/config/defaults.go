package config

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/generate/yamltree"
)

// setDefaults fills in the defaults of fields that nobody wrote. An empty text means "not set".
func setDefaults(env *Environment) {
	setDefault(&env.Namespace, env.Name)
	setPointer(&env.CreateNamespace, !foreignNamespace(env.Namespace))
	setDefault(&env.Cluster.Platform, Kubernetes)
	setDefault(&env.Cluster.Version, "1.34")
	setDefault(&env.Cluster.Domain, "cluster.local")
	for name, app := range env.Applications {
		app.Name = name
		setWorkloadDefaults(&app.Workload, name)
		setApplicationDefaults(app, env.Origins)
	}
	if env.ClusterMonitor != nil {
		setWorkloadDefaults(&env.ClusterMonitor.Workload, monitorName)
	}
	setDefault(&env.RBAC.Scope, ScopeCluster)
	setDefault(&env.RBAC.API, Kubernetes)
	setDefault(&env.RBAC.RoleName, "service-update-"+env.Namespace)
	setDefault(&env.RBAC.BindingName, env.RBAC.RoleName)
	setDefault(&env.Policy.PodSecurity, "restricted")
	setDeliveryDefaults(env)
}

// monitorName is the name of all objects of the cluster monitor.
const monitorName = "clustermonitor"

// foreignNamespace reports whether a namespace belongs to the cluster, which creates it itself.
func foreignNamespace(name string) bool {
	return name == "default" || strings.HasPrefix(name, "kube-") || strings.HasPrefix(name, "openshift")
}

func setWorkloadDefaults(w *Workload, name string) {
	setDefault(&w.Image.Repository, name)
	setDefault(&w.ServiceAccount, name)
	switchOn(&w.Service)
	if w.Service.On != nil {
		setDefault(&w.Service.On.Type, ServiceType(corev1.ServiceTypeClusterIP))
	}
	if w.Ingress != nil {
		setDefault(&w.Ingress.Path, "/")
	}
	switchOn(&w.NetworkPolicy)
	if l := w.License; l != nil && l.Secret != "" {
		setDefault(&l.MountPath, "/home/tibco"+licenseFolder)
	}
	if l := w.License; l != nil && len(l.URLs) > 0 {
		setDefault(&l.Name, "license-configuration")
	}
}

func setApplicationDefaults(app *Application, origins *Origins) {
	setPointer(&app.Replicas, 3)
	several := *app.Replicas > 1
	setProbeDefaults(&app.Probes)
	setDefault(&app.UpdateStrategy.Type, "RollingUpdate")
	if app.UpdateStrategy.Type == "RollingUpdate" {
		setPointer(&app.UpdateStrategy.Partition, 0)
	}
	if several {
		setPointer(&app.MinReadySeconds, 30)
		setPointer(&app.TopologySpreadConstraints, []corev1.TopologySpreadConstraint{spreadByHost(app.Name)})
		switchOn(&app.DisruptionBudget)
	} else {
		setPointer(&app.MinReadySeconds, 0)
		app.DisruptionBudget.Off = app.DisruptionBudget.On == nil
	}
	if app.DisruptionBudget.On != nil {
		setPointer(&app.DisruptionBudget.On.MaxUnavailable, intstr.FromInt32(1))
	}
	setPointer(&app.TerminationGracePeriodSeconds, 120)
	setPointer(&app.GracefulStop, true)
	setDefault(&app.Security.Name, app.Name)
	setPointer(&app.Security.DefaultRoute, "${DEFAULT_ROUTE:-10.1.0.1}")
	setDefault(&app.Security.Delivery, DeliveryNodeDeploy)
	setPointer(&app.Security.TrustDiscoveryServices, true)
	setNodeDefaults(&app.Node, func(key string) bool {
		return origins.Written(fieldOf(app.Name) + ".node." + key)
	})
	if app.License != nil && len(app.License.URLs) > 0 {
		app.Node.WritesNodeConf = true
	}
}

func setProbeDefaults(p *Probes) {
	setPointer(&p.Readiness.InitialDelaySeconds, 60)
	setPointer(&p.Readiness.PeriodSeconds, 10)
	setPointer(&p.Liveness.InitialDelaySeconds, 240)
	setPointer(&p.Liveness.PeriodSeconds, 10)
	if p.Startup != nil {
		setPointer(&p.Startup.FailureThreshold, 60)
		setPointer(&p.Startup.PeriodSeconds, 5)
	}
}

func setNodeDefaults(n *Node, written func(key string) bool) {
	setDefault(&n.NodeType, "docker")
	setPointer(&n.NumberSearchPorts, 5)
	setPointer(&n.WebPort, 8008)
	if n.Keystore != nil {
		setDefault(&n.Keystore.Key, "mastersecret.ks")
		setDefault(&n.Keystore.PasswordKey, "keystorepassword")
	}
	n.WritesNodeConf = slices.ContainsFunc([]string{"nodeType", "numberSearchPorts", "webPort", "availabilityZones", "availabilityZoneMemberships"}, written)
}

// setDeliveryDefaults covers how the environment gets into a cluster.
func setDeliveryDefaults(env *Environment) {
	if d := env.Deploy; d != nil {
		setDefault(&d.Host, "github.com")
		setDefault(&d.Path, "streaming/"+env.Name)
	}
	if env.GitOps == nil {
		return
	}
	if env.Deploy != nil && env.Deploy.Repository != "" {
		setDefault(&env.GitOps.URL, "https://"+env.Deploy.Host+"/"+env.Deploy.Repository+".git")
	}
	if a := env.GitOps.ArgoCD; a != nil {
		setDefault(&a.Namespace, "argocd")
		setDefault(&a.Project, "default")
		setDefault(&a.Server, "https://kubernetes.default.svc")
		setPointer(&a.Automated, true)
	}
	if f := env.GitOps.Flux; f != nil {
		setDefault(&f.Namespace, "flux-system")
		setDefault(&f.Interval, "10m")
	}
}

// spreadByHost asks the scheduler to prefer different workers for the nodes of an application.
func spreadByHost(application string) corev1.TopologySpreadConstraint {
	return corev1.TopologySpreadConstraint{
		MaxSkew:           1,
		TopologyKey:       corev1.LabelHostname,
		WhenUnsatisfiable: corev1.ScheduleAnyway,
		LabelSelector:     &metav1.LabelSelector{MatchLabels: map[string]string{"app": application}},
	}
}

func setDefault[T cmp.Ordered](value *T, otherwise T) {
	*value = cmp.Or(*value, otherwise)
}

func setPointer[T any](value **T, otherwise T) {
	if *value == nil {
		*value = &otherwise
	}
}

func switchOn[T any](s *yamltree.Switch[T]) {
	if !s.Off && s.On == nil {
		s.On = new(T)
	}
}
