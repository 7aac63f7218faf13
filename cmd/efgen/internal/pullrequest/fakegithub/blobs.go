package fakegithub

import (
	"encoding/base64"
	"net/http"
	"strings"
)

func (s *Server) getBlob(r *http.Request) answer {
	sha, kind, content := s.store.object(r.PathValue("sha"))
	if kind != "blob" || sha != r.PathValue("sha") {
		return notFound()
	}
	return ok(object{
		"sha": sha, "node_id": "B_" + sha, "url": s.api("git/blobs/", sha), "size": len(content),
		"encoding": "base64", "content": wrapped(base64.StdEncoding.EncodeToString(content)),
	})
}

// wrapped breaks lines as GitHub does in base64.
func wrapped(text string) string {
	const width = 60
	var lines strings.Builder
	for len(text) > width {
		lines.WriteString(text[:width] + "\n")
		text = text[width:]
	}
	return lines.String() + text + "\n"
}

func (s *Server) createBlob(_ *http.Request, request struct{ Content, Encoding string }) answer {
	content := []byte(request.Content)
	if request.Encoding == "base64" {
		var err error
		if content, err = base64.StdEncoding.DecodeString(request.Content); err != nil {
			return unprocessable("content is not valid Base64")
		}
	}
	sha := s.store.write("blob", content)
	return created(object{"sha": sha, "url": s.api("git/blobs/", sha)})
}
