package generate

import (
	"github.com/efgen/efgen/generate/config"
)

// webPort is the name of the port on which a node answers health checks,
// administration and metrics.
const webPort = "web"

// application is a workload together with what only applications have.
type application struct {
	workload
	app *config.Application
	// configuration and resources are the keys of the two ConfigMaps.
	configuration, resources map[string][]byte
}

func applicationWorkload(env *config.Environment, app *config.Application) *workload {
	return &workload{
		Workload:      &app.Workload,
		env:           env,
		name:          app.Name,
		component:     componentStreaming,
		clientService: clientServiceName(app.Name),
		ports:         append([]config.Port{{Name: webPort, Port: *app.Node.WebPort}}, app.Ports...),
	}
}

func (r *renderer) addApplication(app *config.Application) {
	a := &application{workload: *applicationWorkload(r.env, app), app: app}
	r.addFile(a.path(securityConf), r.securityConf(app))
	a.resources = r.contents(app.Files.Resources)
	a.configuration = r.configuration(app)

	digest := r.addConfigMaps(a)
	r.addServiceAccount(&a.workload)
	addObject(r, a.path("service-headless.yaml"), a.headlessService())
	addObject(r, a.path("statefulset.yaml"), a.statefulSet(digest))
	if app.Service.On != nil {
		service := a.exposedService()
		if app.Metrics != nil {
			service.Labels[metricsLabel] = a.name
		}
		addObject(r, a.path("service.yaml"), service)
	}
	r.addAccess(&a.workload)
	if app.DisruptionBudget.On != nil {
		addObject(r, a.path("poddisruptionbudget.yaml"), a.disruptionBudget())
	}
	if app.Autoscaling != nil {
		addObject(r, a.path("horizontalpodautoscaler.yaml"), a.autoscaler())
	}
	if app.Metrics != nil {
		addObject(r, a.path("servicemonitor.yaml"), a.serviceMonitor())
	}
}
