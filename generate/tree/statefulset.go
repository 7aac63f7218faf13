package tree

import (
	"bytes"
	"maps"

	"sigs.k8s.io/yaml"
)

// statefulSets names the StatefulSet in a file, as namespace/name, by the file's path.
type statefulSets map[string]string

func (s statefulSets) add(path string, data []byte) {
	if object := statefulSet(data); object != "" {
		s[path] = object
	}
}

// without keeps the StatefulSets that none of the files holds.
func (s statefulSets) without(files []File) statefulSets {
	if len(s) == 0 {
		return nil
	}
	kept := map[string]bool{}
	for _, f := range files {
		kept[statefulSet(f.Data)] = true
	}
	gone := maps.Clone(s)
	maps.DeleteFunc(gone, func(_, object string) bool { return kept[object] })
	return gone
}

// statefulSet returns namespace/name of the StatefulSet in a manifest, or nothing. A
// manifest that cannot be read never made a StatefulSet in a cluster.
func statefulSet(data []byte) string {
	if !bytes.Contains(data, []byte("StatefulSet")) {
		return ""
	}
	// What efgen writes names the object before its spec: reading that much is
	// a tenth of the work.
	head, _, _ := bytes.Cut(data, []byte("\nspec:"))
	if object := readStatefulSet(head); object != "" {
		return object
	}
	return readStatefulSet(data)
}

func readStatefulSet(data []byte) string {
	var object struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"metadata"`
	}
	if yaml.Unmarshal(data, &object) != nil || object.Kind != "StatefulSet" || object.Metadata.Name == "" {
		return ""
	}
	return object.Metadata.Namespace + "/" + object.Metadata.Name
}
