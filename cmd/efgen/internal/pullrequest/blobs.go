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

// readBlobs reads files by their IDs: many at once through GraphQL, which returns the exact
// bytes of most texts, and the others one by one.
func (c *Client) readBlobs(ctx context.Context, r repository, ids []string) (map[string][]byte, error) {
	found := map[string][]byte{}
	for some := range slices.Chunk(ids, blobsAtOnce) {
		if len(some) > 1 {
			c.readTexts(ctx, r, some, found)
		}
		for _, id := range some {
			if _, read := found[id]; read {
				continue
			}
			data, err := c.readBlob(ctx, r, id)
			if err != nil {
				return nil, err
			}
			found[id] = data
		}
	}
	return found, nil
}

// readTexts reads as many blobs as it can; readBlobs reads the others again.
func (c *Client) readTexts(ctx context.Context, r repository, ids []string, found map[string][]byte) {
	var query strings.Builder
	query.WriteString("query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {")
	for i, id := range ids {
		fmt.Fprintf(&query, " f%d: object(oid: %q) { ... on Blob { text } }", i, id)
	}
	query.WriteString(" } }")
	var data struct {
		Repository map[string]struct{ Text *string }
	}
	if err := c.graphQL(ctx, query.String(), map[string]any{"owner": r.owner, "name": r.name}, &data); err != nil {
		return
	}
	for i, id := range ids {
		text := data.Repository[fmt.Sprintf("f%d", i)].Text
		if text != nil && blobSHA([]byte(*text)) == id {
			found[id] = []byte(*text)
		}
	}
}

// readBlob reads one file.
func (c *Client) readBlob(ctx context.Context, r repository, id string) ([]byte, error) {
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
