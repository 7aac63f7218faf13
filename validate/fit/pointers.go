package fit

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// pointerStart begins every file that Git LFS keeps in the place of a large one.
const pointerStart = "version https://git-lfs.github.com/spec/"

var pointerForFile = row{Rule: rule.Rule{
	ID: "EF331", Severity: rule.Error, Title: "a ConfigMap holds a pointer of Git LFS",
	Why:     "the checkout did not fetch the file: pods would read three lines about it in its place",
	Example: "files: {resources: {model.onnx: files/model.onnx}}   # checked out without Git LFS",
	Fix:     "git lfs pull   # in a workflow: lfs: true for actions/checkout",
}, Check: findPointerForFile}

func findPointerForFile(set *manifest.Set, f *rule.Finder) {
	for _, config := range manifest.Each[corev1.ConfigMap](set) {
		for _, key := range slices.Sorted(maps.Keys(config.Value.Data)) {
			if strings.HasPrefix(config.Value.Data[key], pointerStart) {
				f.Report(config.Entry("data", key), "run `git lfs pull`", "key %q holds a pointer of Git LFS instead of the file", key)
			}
		}
	}
}
