package judge

import (
	"encoding/json"
	"fmt"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
)

// RefusesCustom says why the API server would refuse a custom resource whose
// CustomResourceDefinition it has. It knows no rules in CEL.
func RefusesCustom(definition, object []byte) (reasons []Reason, err error) {
	var crd apiextensionsv1.CustomResourceDefinition
	var fields map[string]any
	if err := json.Unmarshal(definition, &crd); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(object, &fields); err != nil {
		return nil, err
	}
	for _, version := range crd.Spec.Versions {
		if fields["apiVersion"] == crd.Spec.Group+"/"+version.Name && version.Served {
			return refusedBy(version, fields)
		}
	}
	return []Reason{{"", fmt.Sprintf("%s is not served", fields["apiVersion"])}}, nil
}

func refusedBy(version apiextensionsv1.CustomResourceDefinitionVersion, fields map[string]any) (reasons []Reason, err error) {
	var internal apiextensions.CustomResourceValidation
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(version.Schema, &internal, nil); err != nil {
		return nil, err
	}
	closed, err := structural.NewStructural(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	if metadata, _ := fields["metadata"].(map[string]any); metadata["name"] == nil && metadata["generateName"] == nil {
		reasons = append(reasons, Reason{"metadata", "there is no name"})
	}
	for _, err := range validation.ValidateCustomResource(nil, fields, validator) {
		reasons = append(reasons, Reason{err.Field, err.Error()})
	}
	options := structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	for _, unknown := range pruning.PruneWithOptions(fields, closed, true, options) {
		reasons = append(reasons, Reason{unknown, "unknown field"})
	}
	return reasons, nil
}
