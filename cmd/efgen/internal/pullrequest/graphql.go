package pullrequest

import (
	"context"
	"net/http"
)

// ask sends a query or a mutation and reads the data of the answer.
func (c *Client) ask(ctx context.Context, query string, variables map[string]any, data any) error {
	answer := struct {
		Data   any `json:"data"`
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}{Data: data}
	req, err := c.github.NewRequest(http.MethodPost, c.graphql, map[string]any{"query": query, "variables": variables})
	if err != nil {
		return c.explain(ctx, "ask GitHub", err)
	}
	if _, err := c.github.Do(ctx, req, &answer); err != nil {
		return c.explain(ctx, "ask GitHub", err)
	}
	if len(answer.Errors) > 0 {
		return &RemoteError{Status: http.StatusUnprocessableEntity, Reason: oneLine(c.redact(answer.Errors[0].Message))}
	}
	return nil
}
