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
	// maxBody bounds the body of a pull request; GitHub refuses more than 65,536
	// characters.
	maxBody = 65_000
	// tooLong takes the place of what is left out.
	tooLong = "> Too long to show here. `efgen diff` shows everything.\n\n"
	// noted is kept free for markers.
	noted = 300
)

// A region of the body is efgen's, between two markers; the rest is people's. The
// first marker names the content that is described, and a digest by which it shows
// whether the text still is what efgen wrote. It says "setup" as long as labels,
// reviewers and assignees are not all there.
const (
	beginMark = "<!-- efgen:begin"
	endMark   = "<!-- efgen:end -->"
)

var region = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)<!-- efgen:begin(?: content=([0-9a-f]{64}) text=([0-9a-f]{64}))?( setup)? -->\n(.*?)\n` + endMark)
})

// An account is what a region tells: which content replaces which tree. Without a
// content it tells that there is nothing left to propose.
type account struct {
	content, replaces string
	text              string
	setup             bool
}

// in puts the account into a body, in place of the one that is there.
func (a account) in(body string) string {
	at := region().FindStringIndex(body)
	if at == nil {
		if body = strings.TrimSpace(body); body != "" {
			body += "\n\n"
		}
		at = []int{len(body), len(body)}
	}
	before, after := body[:at[0]], body[at[1]:]
	a.text = shortened(a.text, min(MaxText, maxBody-len(before)-len(after)-noted))
	return before + a.region() + after
}

func (a account) region() string {
	// No text may end the region before it ends.
	text := strings.ReplaceAll(strings.TrimSpace(a.text), "<!-- efgen:", "&lt;!-- efgen:")
	begin := beginMark
	if a.content != "" {
		begin += fmt.Sprintf(" content=%s text=%s", a.content, a.digest(text))
	}
	if a.setup {
		begin += " setup"
	}
	return fmt.Sprintf("%s -->\n%s\n%s", begin, text, endMark)
}

func (a account) digest(text string) string {
	return tree.HashOf([]byte(a.replaces + "\n" + text)).String()
}

// isIn tells whether a body gives this account already, if in other words: what they
// are made of has lines that move while nothing changes. What a person has changed
// is not efgen's account any more.
func (a account) isIn(body string) bool {
	found := region().FindStringSubmatch(body)
	return found != nil && found[1] == a.content && found[2] == a.digest(found[4]) && found[3] == ""
}

// shortened leaves out whole sections, from the last one on, until a text fits.
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

// described is the content that a body describes, empty if it is none of efgen's.
func described(body string) (content string, setup bool) {
	found := region().FindStringSubmatch(body)
	if found == nil {
		return "", false
	}
	return found[1], found[3] != ""
}

func withoutSetup(body string) string {
	at := region().FindStringSubmatchIndex(body)
	if at == nil || at[6] < 0 {
		return body
	}
	return body[:at[6]] + body[at[7]:]
}
