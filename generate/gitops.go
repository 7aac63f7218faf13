package generate

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/efgen/efgen/generate/config"
)

// The types below are the parts of the controllers' own objects that efgen
// writes. The modules that declare them are the controllers themselves.

type argoApplication struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              argoApplicationSpec `json:"spec"`
}

type argoApplicationSpec struct {
	Source      argoSource      `json:"source"`
	Destination argoDestination `json:"destination"`
	Project     string          `json:"project"`
	SyncPolicy  argoSyncPolicy  `json:"syncPolicy"`
}

type argoSource struct {
	RepoURL        string `json:"repoURL"`
	Path           string `json:"path"`
	TargetRevision string `json:"targetRevision"`
}

type argoDestination struct {
	Server    string `json:"server"`
	Namespace string `json:"namespace"`
}

type argoSyncPolicy struct {
	Automated   *argoAutomated `json:"automated,omitempty"`
	SyncOptions []string       `json:"syncOptions"`
}

type argoAutomated struct {
	Prune    bool `json:"prune"`
	SelfHeal bool `json:"selfHeal"`
}

type fluxGitRepository struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              fluxGitRepositorySpec `json:"spec"`
}

type fluxGitRepositorySpec struct {
	URL       string    `json:"url"`
	SecretRef *fluxName `json:"secretRef,omitempty"`
	Interval  string    `json:"interval"`
	Ref       fluxRef   `json:"ref"`
}

type fluxName struct {
	Name string `json:"name"`
}

type fluxRef struct {
	Branch string `json:"branch"`
}

type fluxKustomization struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              fluxKustomizationSpec `json:"spec"`
}

type fluxKustomizationSpec struct {
	Interval  string     `json:"interval"`
	Path      string     `json:"path"`
	Prune     bool       `json:"prune"`
	SourceRef fluxSource `json:"sourceRef"`
	Timeout   string     `json:"timeout"`
	Wait      bool       `json:"wait"`
}

type fluxSource struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// addGitOps makes the objects by which a controller finds this environment in
// the deploy repository. They are named as the environment.
func (r *renderer) addGitOps() {
	if r.env.GitOps == nil {
		return
	}
	if argo := r.env.GitOps.ArgoCD; argo != nil {
		r.addArgoCD(argo)
	}
	if flux := r.env.GitOps.Flux; flux != nil {
		r.addFlux(flux)
	}
}

func (r *renderer) gitOpsMeta(namespace string) metav1.ObjectMeta {
	meta := clusterMeta(r.env, r.env.Name)
	meta.Namespace = namespace
	return meta
}

func gitOpsPath(kind string) string { return "_gitops/" + fileName(kind) }

func (r *renderer) addArgoCD(argo *config.ArgoCD) {
	application := &argoApplication{
		TypeMeta:   typeMeta("argoproj.io/v1alpha1", "Application"),
		ObjectMeta: r.gitOpsMeta(argo.Namespace),
		Spec: argoApplicationSpec{
			Source:      argoSource{RepoURL: r.env.GitOps.URL, Path: r.env.Deploy.Path, TargetRevision: r.env.Deploy.Base},
			Destination: argoDestination{Server: argo.Server, Namespace: r.env.Namespace},
			Project:     argo.Project,
			// Server-side apply keeps fields that others own, and takes a ConfigMap of any size.
			SyncPolicy: argoSyncPolicy{SyncOptions: []string{"ServerSideApply=true"}},
		},
	}
	if *argo.Automated {
		application.Spec.SyncPolicy.Automated = &argoAutomated{Prune: true, SelfHeal: true}
	}
	addObject(r, gitOpsPath("Application"), application)
}

func (r *renderer) addFlux(flux *config.Flux) {
	repository := &fluxGitRepository{
		TypeMeta:   typeMeta("source.toolkit.fluxcd.io/v1", "GitRepository"),
		ObjectMeta: r.gitOpsMeta(flux.Namespace),
		Spec:       fluxGitRepositorySpec{URL: r.env.GitOps.URL, Interval: flux.Interval, Ref: fluxRef{Branch: r.env.Deploy.Base}},
	}
	if flux.SecretRef != "" {
		repository.Spec.SecretRef = &fluxName{Name: flux.SecretRef}
	}
	addObject(r, gitOpsPath("GitRepository"), repository)
	addObject(r, gitOpsPath("Kustomization"), &fluxKustomization{
		TypeMeta:   typeMeta("kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
		ObjectMeta: r.gitOpsMeta(flux.Namespace),
		Spec: fluxKustomizationSpec{
			Interval:  flux.Interval,
			Path:      "./" + r.env.Deploy.Path,
			Prune:     true,
			SourceRef: fluxSource{Kind: "GitRepository", Name: r.env.Name},
			Timeout:   rolloutTimeout(r.env),
			// With this, Flux waits for every object and would ignore healthChecks.
			Wait: true,
		},
	})
}

// How long a node may take to be replaced, and the periods of efgen's own with which it
// takes at least that: 120 s to stop, 70 to start and 30 to stay ready. Flux reads no
// duration of hundreds of years, which a few long periods of many nodes come to.
const (
	leastReplacement = 3 * minute
	ownPeriods       = 220
	mostReplacement  = 24 * 60 * minute
	minute           = 60 // seconds
)

// rolloutTimeout is how long a roll-out of the application that takes longest may
// take: its nodes are replaced one at a time.
func rolloutTimeout(env *config.Environment) string {
	longest := int64(0)
	for _, app := range env.Applications {
		longest = max(longest, int64(app.MostReplicas())*replacementMinutes(app))
	}
	return fmt.Sprintf("%dm", 5+longest)
}

// replacementMinutes is how long a node may take to stop, to get to a worker, to start
// and to stay ready.
func replacementMinutes(app *config.Application) int64 {
	periods := *app.TerminationGracePeriodSeconds + startSeconds(&app.Probes) + int64(*app.MinReadySeconds)
	seconds := min(leastReplacement+max(0, periods-ownPeriods), mostReplacement)
	return (seconds + minute - 1) / minute
}

// startSeconds is how long a node may take until it is ready.
func startSeconds(probes *config.Probes) int64 {
	if startup := probes.Startup; startup != nil {
		return int64(orZero(startup.InitialDelaySeconds)) + int64(*startup.FailureThreshold)*int64(*startup.PeriodSeconds)
	}
	return int64(*probes.Readiness.InitialDelaySeconds) + int64(*probes.Readiness.PeriodSeconds)
}
