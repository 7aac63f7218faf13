package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

type object = map[string]any

// operations are the methods by path below /repos/{owner}/{repo}.
var operations = map[string][]string{
	"":                          {"get"},
	"/git/ref/{ref}":            {"get"},
	"/git/matching-refs/{ref}":  {"get"},
	"/git/refs":                 {"post"},
	"/git/refs/{ref}":           {"patch", "delete"},
	"/git/commits":              {"post"},
	"/git/commits/{commit_sha}": {"get"},
	"/git/trees":                {"post"},
	"/git/trees/{tree_sha}":     {"get"},
	"/git/blobs":                {"post"},
	"/git/blobs/{file_sha}":     {"get"},
	"/compare/{basehead}":       {"get"},
	"/pulls":                    {"get", "post"},
	"/pulls/{pull_number}":      {"get", "patch"},
	"/pulls/{pull_number}/requested_reviewers": {"post"},
	"/issues/{issue_number}/comments":          {"get", "post"},
	"/issues/comments/{comment_id}":            {"delete"},
	"/issues/{issue_number}/labels":            {"post"},
	"/issues/{issue_number}/assignees":         {"post"},
}

// prose are the keys whose values say nothing that can be checked.
var prose = []string{"description", "summary", "tags", "externalDocs", "example", "examples", "operationId", "links", "headers", "title"}

func cutOpenAPI(text []byte) ([]byte, error) {
	var whole object
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	paths := object{}
	for below, methods := range operations {
		path := "/repos/{owner}/{repo}" + below
		item, found := whole["paths"].(object)[path].(object)
		if !found {
			return nil, fmt.Errorf("no path %q", path)
		}
		kept := object{}
		for _, method := range methods {
			kept[method] = trim(item[method], false)
		}
		paths[path] = kept
	}
	info := object{
		"title": "GitHub v3 REST API, as far as efgen uses it", "version": whole["info"].(object)["version"],
		"license":     object{"name": "MIT"},
		"description": "Extract of generated/api.github.com.json of @octokit/openapi 23.0.2, copyright (c) 2020 Octokit contributors, MIT.",
	}
	cut := object{"openapi": whole["openapi"], "info": info, "paths": paths, "components": closure(whole, paths)}
	made, err := json.MarshalIndent(cut, "", " ")
	return append(made, '\n'), err
}

// closure collects the components that something refers to, and those they refer to.
func closure(whole, from object) object {
	components := object{}
	for pending := references(from); len(pending) > 0; {
		reference := pending[0]
		pending = pending[1:]
		parts := strings.Split(reference, "/") // #, components, kind, name
		kind, name := parts[2], parts[3]
		if components[kind] == nil {
			components[kind] = object{}
		}
		if components[kind].(object)[name] != nil {
			continue
		}
		part := trim(whole["components"].(object)[kind].(object)[name], false)
		components[kind].(object)[name] = part
		pending = append(pending, references(part)...)
	}
	return components
}

func references(value any) (found []string) {
	switch value := value.(type) {
	case object:
		if reference, is := value["$ref"].(string); is {
			found = append(found, reference)
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			found = append(found, references(value[key])...)
		}
	case []any:
		for _, item := range value {
			found = append(found, references(item)...)
		}
	}
	return found
}

// trim leaves out prose, and whatever is sent in other forms than JSON. The keys of
// named things (properties, responses by status) are names, not keywords.
func trim(value any, named bool) any {
	switch value := value.(type) {
	case object:
		kept := object{}
		for key, inner := range value {
			isProse := slices.Contains(prose, key) || strings.HasPrefix(key, "x-") && key != "x-multi-segment"
			if named || !isProse {
				kept[key] = trim(inner, !named && (key == "properties" || key == "responses"))
			}
			if alternatives, is := kept["oneOf"]; is && !named {
				delete(kept, "oneOf") // some of GitHub's overlap: an error of blobs matches two
				kept["anyOf"] = alternatives
			}
		}
		if content, is := kept["content"].(object); is && !named {
			maps.DeleteFunc(content, func(kind string, _ any) bool { return kind != "application/json" })
		}
		if isResponse(value) && !named {
			kept["description"] = "" // required by OpenAPI
		}
		return kept
	case []any:
		kept := make([]any, len(value))
		for i, item := range value {
			kept[i] = trim(item, false)
		}
		return kept
	}
	return value
}

// isResponse tells a response from a request's body and from a parameter.
func isResponse(value object) bool {
	_, described := value["description"]
	for _, key := range []string{"schema", "in", "required", "type", "properties", "allOf", "anyOf", "oneOf", "responses", "enum"} {
		if _, other := value[key]; other {
			return false
		}
	}
	return described
}
