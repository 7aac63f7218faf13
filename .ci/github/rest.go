package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

type rest struct {
	description *openapi3.T
	routes      []route
}

// route is a path of the description. kin-openapi's own routers know no parameter
// with slashes in it, as GitHub's references have.
type route struct {
	path    string
	pattern *regexp.Regexp
	item    *openapi3.PathItem
}

func newREST(text []byte) (*rest, error) {
	description, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	if err := description.Validate(context.Background()); err != nil {
		return nil, err
	}
	r := &rest{description: description}
	for path, item := range description.Paths.Map() {
		r.routes = append(r.routes, route{path, pattern(path, item), item})
	}
	return r, nil
}

var parameter = regexp.MustCompile(`\\\{(\w+)\\\}`)

func pattern(path string, item *openapi3.PathItem) *regexp.Regexp {
	spans := map[string]bool{}
	for _, operation := range item.Operations() {
		for _, p := range operation.Parameters {
			spans[p.Value.Name] = p.Value.Extensions["x-multi-segment"] == true
		}
	}
	expression := parameter.ReplaceAllStringFunc(regexp.QuoteMeta(path), func(found string) string {
		name := parameter.FindStringSubmatch(found)[1]
		if spans[name] {
			return "(?P<" + name + ">.+)"
		}
		return "(?P<" + name + ">[^/]+)"
	})
	return regexp.MustCompile("^" + expression + "$")
}

func (r *rest) find(method, path string) (*routers.Route, map[string]string, error) {
	for _, route := range r.routes {
		values := route.pattern.FindStringSubmatch(path)
		operation := route.item.GetOperation(method)
		if values == nil || operation == nil {
			continue
		}
		parameters := map[string]string{}
		for i, name := range route.pattern.SubexpNames()[1:] {
			parameters[name] = values[i+1]
		}
		return &routers.Route{Spec: r.description, Path: route.path, PathItem: route.item, Method: method, Operation: operation}, parameters, nil
	}
	return nil, nil, fmt.Errorf("GitHub has no %s %s", method, path)
}

// check returns the operation that an exchange is about, as far as there is one.
func (r *rest) check(e Exchange, location *url.URL) (operation string, err error) {
	route, parameters, err := r.find(e.Method, location.Path)
	if err != nil {
		return "", err
	}
	operation = e.Method + " " + route.Path
	request, err := http.NewRequest(e.Method, location.String(), strings.NewReader(keyed(e.Request)))
	if err != nil {
		return operation, err
	}
	request.Header = e.Header
	input := &openapi3filter.RequestValidationInput{Request: request, PathParams: parameters, Route: route}
	if e.Status < http.StatusMultipleChoices {
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			return operation, fmt.Errorf("request: %w", err)
		}
	}
	if route.Operation.Responses.Status(e.Status) == nil {
		if e.Status < http.StatusMultipleChoices {
			return operation, fmt.Errorf("response: GitHub does not answer %s with %d", operation, e.Status)
		}
		return operation, r.checkError(e)
	}
	response := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: e.Status, Header: http.Header{"Content-Type": {"application/json"}},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), response.SetBodyBytes([]byte(e.Response))); err != nil {
		return operation, fmt.Errorf("response: %w", err)
	}
	return operation, nil
}

// keyed writes labels in the form that is described today. GitHub takes a bare list
// as well, and described it for years; go-github sends that.
func keyed(body string) string {
	if strings.HasPrefix(body, "[") {
		return `{"labels":` + body + "}"
	}
	return body
}

// checkError is for what GitHub answers to everything and describes nowhere: wrong
// tokens, spent limits, redirects.
func (r *rest) checkError(e Exchange) error {
	var body any
	if err := json.Unmarshal([]byte(e.Response), &body); err != nil {
		return fmt.Errorf("response: %w", err)
	}
	return r.description.Components.Schemas["basic-error"].Value.VisitJSON(body)
}

func (r *rest) operations() (all []string) {
	for _, route := range r.routes {
		for method := range route.item.Operations() {
			all = append(all, method+" "+route.path)
		}
	}
	return all
}
