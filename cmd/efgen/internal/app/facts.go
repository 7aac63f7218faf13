package app

import (
	"time"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate"
)

// facts tells the checker what it may know of an environment.
func (p Project) facts(env *config.Environment) validate.Facts {
	f := validate.Facts{
		Environment:       env.Name,
		Cluster:           env.Cluster.Name,
		Platform:          string(env.Cluster.Platform),
		Domain:            env.Cluster.Domain,
		KubernetesVersion: env.Cluster.Version,
		ProductVersion:    env.ProductVersion,
		RegistryInsecure:  env.Registry.Insecure,
		GitOps:            env.GitOps != nil,
		Policy: validate.Policy{
			PodSecurity:       string(env.Policy.PodSecurity),
			RequireDigest:     env.Policy.RequireDigest,
			AllowedRegistries: env.Policy.AllowedRegistries,
		},
		Today: p.Today,
	}
	for _, path := range env.Schemas {
		f.Schemas = append(f.Schemas, validate.File{Path: path, Data: env.Contents[path]})
	}
	for _, e := range env.Policy.Exceptions {
		// Reading has refused what is no date; without one, the exception holds for ever.
		expires, _ := time.Parse(time.DateOnly, e.Expires)
		f.Policy.Exceptions = append(f.Policy.Exceptions, validate.Exception{
			Rule: e.Rule, Resource: e.Resource, Reason: e.Reason, Expires: expires,
		})
	}
	return f
}

// toCheck hands generated files to the checker, which knows no generator.
func toCheck(files []tree.File) []validate.File {
	checked := make([]validate.File, len(files))
	for i, f := range files {
		checked[i] = validate.File(f)
	}
	return checked
}
