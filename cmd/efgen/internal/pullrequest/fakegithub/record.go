package fakegithub

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
)

// recordingVariable names a file; if it is set, every exchange that no fault replaced
// is appended to it, one JSON object a line, for .ci/github to judge.
const recordingVariable = "EFGEN_GITHUB_RECORDING"

// Exchange is a request and its response.
type Exchange struct {
	Method   string      `json:"method"`
	URL      string      `json:"url"` // path and query
	Header   http.Header `json:"header"`
	Request  string      `json:"request"`
	Status   int         `json:"status"`
	Response string      `json:"response"`
}

var recorded sync.Map // the lines: tests of crashes repeat themselves thousands of times

func record(t testing.TB, self string, r *http.Request, body []byte, answered *httptest.ResponseRecorder) {
	name := os.Getenv(recordingVariable) //nolint:forbidigo // a test's switch, read where the test is
	if name == "" {
		return
	}
	line, err := json.Marshal(Exchange{
		Method: r.Method, URL: r.URL.RequestURI(), Header: http.Header{"Content-Type": r.Header["Content-Type"]},
		Request: string(body), Status: answered.Code,
		Response: strings.ReplaceAll(answered.Body.String(), self, "https://api.github.com"),
	})
	if err == nil {
		_, known := recorded.LoadOrStore(string(line), true)
		if known {
			return
		}
		err = appendLine(name, append(line, '\n'))
	}
	if err != nil {
		t.Errorf("record an exchange in %q: %v", name, err)
	}
}

// appendLine writes in one piece: several test programs append to the same file.
func appendLine(name string, line []byte) error {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := file.Write(line); err != nil {
		return err
	}
	return file.Close()
}
