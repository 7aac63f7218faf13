package pullrequest

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// blobsAtOnce is how many files are read with one request.
const blobsAtOnce = 500

// blobs reads files by their IDs: all at once as far as GraphQL gives their very
// bytes, which it does not for what is large or no text, and one by one otherwise.
func (c *Client) blobs(ctx context.Context, r repository, ids []string) (map[string][]byte, error) {
	found := map[string][]byte{}
	for some := range slices.Chunk(ids, blobsAtOnce) {
		if len(some) > 1 {
			c.texts(ctx, r, some, found)
		}
		for _, id := range some {
			if _, read := found[id]; read {
				continue
			}
			data, err := c.blob(ctx, r, id)
			if err != nil {
				return nil, err
			}
			found[id] = data
		}
	}
	return found, nil
}

// texts reads as many blobs as it can; what fails here is asked for once more.
func (c *Client) texts(ctx context.Context, r repository, ids []string, found map[string][]byte) {
	var query strings.Builder
	query.WriteString("query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {")
	for i, id := range ids {
		fmt.Fprintf(&query, " f%d: object(oid: %q) { ... on Blob { text } }", i, id)
	}
	query.WriteString(" } }")
	var data struct {
		Repository map[string]struct{ Text *string }
	}
	if err := c.ask(ctx, query.String(), map[string]any{"owner": r.owner, "name": r.name}, &data); err != nil {
		return
	}
	for i, id := range ids {
		text := data.Repository[fmt.Sprintf("f%d", i)].Text
		if text != nil && blobSHA([]byte(*text)) == id {
			found[id] = []byte(*text)
		}
	}
}

// blob reads one file.
func (c *Client) blob(ctx context.Context, r repository, id string) ([]byte, error) {
	found, _, err := c.github.Git.GetBlob(ctx, r.owner, r.name, id)
	if err := c.explain(ctx, "read a file of "+r.String(), err); err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(found.GetContent())
	if found.GetEncoding() != "base64" {
		data, err = []byte(found.GetContent()), nil
	}
	if err != nil || blobSHA(data) != id {
		return nil, &RemoteError{Reason: fmt.Sprintf("read a file of %s: the answer is not file %s", r, id)}
	}
	return data, nil
}
