package manifest

import "github.com/efgen/efgen/validate/manifest/decode"

// ListKeys are the fields by which Kubernetes distinguishes the items of a list, for a list of
// that name anywhere: the patchMergeKey in the types of k8s.io/api. Any other list has the name.
func ListKeys(list string) []string {
	if keys := decode.ListKeys()[list]; keys != nil {
		return keys
	}
	return []string{"name"}
}
