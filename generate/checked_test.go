package generate_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/rule"
)

// The checker knows nothing of the generator, and finds no error in its goldens.
func TestTheGoldensPassEveryCheck(t *testing.T) {
	checker := validate.NewChecker()
	for name, folder := range cases(t, "testdata/render") {
		for _, env := range readAll(t, filepath.Join(folder, "environments")) {
			t.Run(name+"/"+env.Name, func(t *testing.T) {
				trusts, distrusted := map[string][]string{}, map[string]bool{}
				for name, app := range env.Applications {
					trusts[name], distrusted[name] = app.Security.TrustApplications, !*app.Security.TrustDiscoveryServices
				}
				var files []validate.File
				for _, file := range render(t, env) {
					files = append(files, validate.File(file))
				}
				for _, problem := range checker.Files(files, validate.Facts{
					Environment: env.Name, Platform: string(env.Cluster.Platform), Domain: env.Cluster.Domain,
					KubernetesVersion: env.Cluster.Version, ProductVersion: env.ProductVersion, GitOps: env.GitOps != nil,
					Trusts: trusts, DiscoveryDistrusted: distrusted,
					Policy: validate.Policy{PodSecurity: string(env.Policy.PodSecurity)},
					Today:  time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
				}) {
					assert.NotEqual(t, rule.Error, problem.Severity, problem.String())
				}
			})
		}
	}
}
