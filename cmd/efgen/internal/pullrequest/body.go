package pullrequest

import (
	"fmt"
	"regexp"
	"strings"
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
// first marker names the content that is described. It says "setup" as long as
// labels, reviewers and assignees are not all there.
const (
	beginMark = "<!-- efgen:begin"
	endMark   = "<!-- efgen:end -->"
)

var region = regexp.MustCompile(`(?s)<!-- efgen:begin(?: content=([0-9a-f]{64}))?( setup)? -->\n.*?` + endMark)

// bodyWith puts efgen's region into a body, in place of the one that is there.
func bodyWith(body, digest, text string, setup bool) string {
	at := region.FindStringIndex(body)
	if at == nil {
		if body = strings.TrimSpace(body); body != "" {
			body += "\n\n"
		}
		at = []int{len(body), len(body)}
	}
	before, after := body[:at[0]], body[at[1]:]
	text = shortened(text, min(MaxText, maxBody-len(before)-len(after)-noted))
	return before + regionOf(digest, text, setup) + after
}

func regionOf(digest, text string, setup bool) string {
	begin := beginMark
	if digest != "" {
		begin += " content=" + digest
	}
	if setup {
		begin += " setup"
	}
	// No text may end the region before it ends.
	text = strings.ReplaceAll(strings.TrimSpace(text), "<!-- efgen:", "&lt;!-- efgen:")
	return fmt.Sprintf("%s -->\n%s\n%s", begin, text, endMark)
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
func described(body string) (digest string, setup bool) {
	found := region.FindStringSubmatch(body)
	if found == nil {
		return "", false
	}
	return found[1], found[2] != ""
}
