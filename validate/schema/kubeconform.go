package schema

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/yannh/kubeconform/pkg/resource"
	"github.com/yannh/kubeconform/pkg/validator"

	"github.com/efgen/efgen/validate/schema/words"
)

// newKubeconform returns kubeconform with the schema of one kind. It reads schemas from
// files only, and fetches those of Kubernetes unless it is told where they are. It reads
// when it first judges and never again, so the file lives no longer than this function,
// in a folder that only this user may enter. The result is safe for concurrent use.
func newKubeconform(name kindName, schema []byte) (v validator.Validator, err error) {
	folder, err := os.MkdirTemp("", "efgen-schemas-")
	if err != nil {
		return nil, fmt.Errorf("kubeconform reads schemas from files only: %w; set TMPDIR to a folder that can be written to", err)
	}
	defer func() {
		if removed := os.RemoveAll(folder); err == nil {
			err = removed
		}
	}()
	path := filepath.Join(folder, "schema.json")
	if err := os.WriteFile(path, schema, 0o600); err != nil {
		return nil, err
	}
	v, err = validator.New([]string{path}, validator.Opts{Strict: true, KubernetesVersion: name.minor})
	if err == nil {
		err = load(v, name)
	}
	if err != nil {
		return nil, fmt.Errorf("kubeconform cannot read %s: %w; set TMPDIR to a folder with a plain name", path, err)
	}
	return v, nil
}

// load makes kubeconform read the schema, by asking about an object that names its kind
// and nothing else.
func load(v validator.Validator, name kindName) error {
	smallest, err := json.Marshal(map[string]string{"apiVersion": name.apiVersion, "kind": name.kind})
	if err != nil {
		return err
	}
	if result := v.ValidateResource(resource.Resource{Bytes: smallest}); result.Status == validator.Error {
		return result.Err
	}
	return nil
}

// ownWords are kubeconform's about a document.
func ownWords(value any, result validator.Result) (faults []words.Fault) {
	for _, problem := range result.ValidationErrors {
		field, _ := locate(value, strings.Split(problem.Path, "/")[1:])
		faults = append(faults, words.At(field, "does not fit its schema: %s", problem.Msg))
	}
	if faults == nil {
		faults = append(faults, words.At("", "does not fit its schema: %v", result.Err))
	}
	return faults
}
