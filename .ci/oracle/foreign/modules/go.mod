module github.com/efgen/efgen/.ci/oracle/foreign/modules

go 1.26.4

require (
	github.com/argoproj/argo-cd/v3 v3.2.11
	github.com/cert-manager/cert-manager v1.21.2
	github.com/fluxcd/flux2/v2 v2.9.5
	github.com/kedacore/keda/v2 v2.21.0
	github.com/kubernetes-csi/external-snapshotter/v8 v8.7.0
	github.com/projectcontour/contour v1.33.8
	github.com/prometheus-operator/prometheus-operator v0.85.0
	go.universe.tf/metallb v0.16.2
	k8s.io/ingress-nginx v0.0.0-20240708192948-52c50467d67d
	k8s.io/kubernetes v1.34.4
	sigs.k8s.io/kueue v0.17.0
	sigs.k8s.io/metrics-server v0.9.0
)
