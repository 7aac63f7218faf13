package pullrequest

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/efgen/efgen/generate/tree"
)

const (
	// MaxText bounds a description in bytes.
	MaxText = 55_000
	// maxBody bounds the body of a pull request in bytes; GitHub refuses more than 65,536
	// characters.
	maxBody = 65_000
	// tooLong replaces the sections that are left out.
	tooLong = "> Too long to show here. `efgen diff` shows everything.\n\n"
	// markerRoom is kept free for the markers of the region.
	markerRoom = 300
)

// A region of the body is efgen's, between two markers; people write the rest. The first
// marker names the content that the region describes, and a digest that shows whether the
// text is still efgen's. It says "setup" until all labels, reviewers and assignees are
// added.
const (
	beginMark = "<!-- efgen:begin"
	endMark   = "<!-- efgen:end -->"
)

var regionPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)<!-- efgen:begin(?: content=([0-9a-f]{64}) text=([0-9a-f]{64}))?( setup)? -->\n(.*?)\n` + endMark)
})

// A region says which content replaces which tree of the deploy path; without a content,
// it says why the proposal has ended.
type region struct {
	content, replaces string
	text              string
	setup             bool
}

// insertInto puts the region into a body, in place of the one that is there.
func (r region) insertInto(body string) string {
	at := regionPattern().FindStringIndex(body)
	if at == nil {
		if body = strings.TrimSpace(body); body != "" {
			body += "\n\n"
		}
		at = []int{len(body), len(body)}
	}
	before, after := body[:at[0]], body[at[1]:]
	r.text = shortened(r.text, min(MaxText, maxBody-len(before)-len(after)-markerRoom))
	return before + r.String() + after
}

func (r region) String() string {
	// A marker inside the text would end the region too early.
	text := strings.ReplaceAll(strings.TrimSpace(r.text), "<!-- efgen:", "&lt;!-- efgen:")
	begin := beginMark
	if r.content != "" {
		begin += fmt.Sprintf(" content=%s text=%s", r.content, r.digest(text))
	}
	if r.setup {
		begin += " setup"
	}
	return fmt.Sprintf("%s -->\n%s\n%s", begin, text, endMark)
}

func (r region) digest(text string) string {
	return tree.HashOf([]byte(r.replaces + "\n" + text)).String()
}

// isIn reports whether a body contains efgen's region for the same content and the same
// tree. The words may differ: descriptions name lines of files, which move even if nothing
// changes. But if a person has edited the text, the region is not efgen's any more.
func (r region) isIn(body string) bool {
	found := regionPattern().FindStringSubmatch(body)
	return found != nil && found[1] == r.content && found[2] == r.digest(found[4]) && found[3] == ""
}

// shortened removes whole sections from the end of a text until it fits.
func shortened(text string, room int) string {
	if len(text) <= room {
		return text
	}
	room -= len(tooLong)
	for _, section := range []string{"\n<details>", "\n\n"} {
		if room > 0 && strings.Contains(text[:room], section) {
			return tooLong + text[:strings.LastIndex(text[:room], section)]
		}
	}
	return tooLong
}

// regionOf returns the content that a body describes, empty if it has no region of efgen's.
func regionOf(body string) (content string, setup bool) {
	found := regionPattern().FindStringSubmatch(body)
	if found == nil {
		return "", false
	}
	return found[1], found[3] != ""
}

func withoutSetup(body string) string {
	at := regionPattern().FindStringSubmatchIndex(body)
	if at == nil || at[6] < 0 {
		return body
	}
	return body[:at[6]] + body[at[7]:]
}
