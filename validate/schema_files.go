package validate

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/judge"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schemas"
)

// maxSchemaFile bounds a file of `schemas`, in bytes; the largest
// CustomResourceDefinition in common use has 1.4 MB.
const maxSchemaFile = 4 << 20

// schemaFileKey names a file's content, which environments share.
type schemaFileKey struct {
	minor  string
	digest [sha256.Size]byte
}

// A schemaFile is what a file of `schemas` describes.
type schemaFile struct {
	judges map[schemaKey]*schemaJudge
	err    error
	// line is that of the last fault of its YAML, 0 if there is none.
	line int
}

// schemasOf reads a file of `schemas`, once for each content and minor.
func schemasOf(minor string, file File) schemaFile {
	key := schemaFileKey{minor, sha256.Sum256(file.Data)}
	read, _ := schemaFiles.LoadOrStore(key, sync.OnceValue(func() schemaFile { return readSchemaFile(minor, file.Data) }))
	return read.(func() schemaFile)()
}

// readSchemaFile takes every CustomResourceDefinition and JSON Schema of a file;
// other objects, as in an operator's installation, are passed over.
func readSchemaFile(minor string, data []byte) (read schemaFile) {
	if len(data) > maxSchemaFile {
		read.err = fmt.Errorf("is larger than %d MiB", maxSchemaFile>>20)
		return read
	}
	read.judges = map[schemaKey]*schemaJudge{}
	for _, document := range manifest.Documents(data) {
		var object schemas.Object
		if err := yaml.UnmarshalStrict(document.Text, &object); err != nil {
			fault := manifest.SyntaxFaults(document.Text, err)[0]
			read.err, read.line = errors.Join(read.err, errors.New(fault.Message)), document.Line+max(fault.Line-1, 0)
			continue
		}
		read.err = errors.Join(read.err, read.take(minor, object))
	}
	if len(read.judges) == 0 && read.err == nil {
		read.err = errors.New("holds no CustomResourceDefinition and no JSON Schema")
	}
	return read
}

// take adds the kinds that an object describes.
func (read schemaFile) take(minor string, object schemas.Object) error {
	switch {
	case object["kind"] == "CustomResourceDefinition":
		customs, err := schemas.FromCRD(object)
		for _, custom := range customs {
			key := schemaKey{minor, custom.APIVersion, custom.Kind}
			read.add(key, custom.JSON(minor))
		}
		return err
	case object["apiVersion"] != nil && object["kind"] != nil:
		return nil
	}
	if err := selfContained(object); err != nil {
		return err
	}
	keys := describedKinds(minor, object)
	if keys == nil {
		return errors.New("does not say which kind it describes: name it by an enum or const of properties.apiVersion and properties.kind")
	}
	schema, err := json.Marshal(object)
	for _, key := range keys {
		read.add(key, schema)
	}
	return err
}

func (read schemaFile) add(key schemaKey, schema []byte) {
	read.judges[key] = newSchemaJudge(func() (*judge.Schema, error) { return judge.Compile(schema) })
}

// describedKinds are the kinds for which a JSON Schema says that it is meant.
func describedKinds(minor string, schema schemas.Object) (keys []schemaKey) {
	listed, _ := schema["x-kubernetes-group-version-kind"].([]any)
	for _, item := range listed {
		item, _ := item.(map[string]any)
		group, _ := item["group"].(string)
		version, _ := item["version"].(string)
		kind, _ := item["kind"].(string)
		if version != "" && kind != "" {
			keys = append(keys, schemaKey{minor, strings.TrimPrefix(group+"/"+version, "/"), kind})
		}
	}
	for _, apiVersion := range fixedTexts(schema, "apiVersion") {
		for _, kind := range fixedTexts(schema, "kind") {
			keys = append(keys, schemaKey{minor, apiVersion, kind})
		}
	}
	return keys
}

// fixedTexts are the texts that a schema's const or enum allows for a property.
func fixedTexts(schema schemas.Object, name string) (texts []string) {
	properties, _ := schema["properties"].(map[string]any)
	property, _ := properties[name].(map[string]any)
	values, _ := property["enum"].([]any)
	for _, value := range append(values, property["const"]) {
		if text, ok := value.(string); ok && text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// knownDraft matches the names of the versions of JSON Schema that the judge knows.
var knownDraft = manifest.Pattern(`^https?://json-schema\.org/(draft-0[467]|draft/(2019-09|2020-12))/schema#?$`)

// selfContained refuses a JSON Schema that would be completed from elsewhere, and
// takes away its identifiers, so that references are resolved inside it alone.
func selfContained(node any) error {
	switch node := node.(type) {
	case []any:
		for _, item := range node {
			if err := selfContained(item); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			text, isText := node[key].(string)
			if !isText {
				if err := selfContained(node[key]); err != nil {
					return err
				}
				continue
			}
			switch key {
			case "id", "$id":
				delete(node, key)
			case "$schema":
				if !knownDraft().MatchString(text) {
					return fmt.Errorf("%q is not a known version of JSON Schema: use draft 4, 6, 7, 2019-09 or 2020-12", text)
				}
			case "$ref", "$dynamicRef", "$recursiveRef":
				if !strings.HasPrefix(text, "#") {
					return fmt.Errorf("refers to %q: put what it refers to into the same file, under definitions", text)
				}
			}
		}
	}
	return nil
}

// schemaProblem says that a file of `schemas` cannot be used.
func schemaProblem(file File, line int, err error) rule.Problem {
	return rule.Problem{
		Rule: schemaFileRule, Severity: rule.Error, File: file.Path, Line: line,
		Message: strings.ReplaceAll(err.Error(), "\n", "; "),
		Hint:    "give a CustomResourceDefinition or a JSON Schema that stands alone",
	}
}
