package report

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/validate/rule"
)

const (
	// MaxMarkdown bounds the Markdown of a review in bytes. GitHub refuses the body
	// of a pull request of more than 65,536 characters.
	MaxMarkdown = 55_000
	// maxRisksMarkdown is how much of it the list of risks may take.
	maxRisksMarkdown = 20_000
	// maxObjectMarkdown is how much of it one object's fields may take.
	maxObjectMarkdown = 12_000
	// noticeRoom is kept for the sentence that says what is left out.
	noticeRoom = 300

	// maxMarkdownText bounds a sentence or a line, in characters.
	maxMarkdownText = 300
	// maxMarkdownName bounds a path or the name of an object, in characters.
	maxMarkdownName = 120
)

// DiffMarkdown is a review in GitHub's Markdown: the verdict, the risks, worst
// first, and a section for each object, where the low risks are. What is over
// MaxMarkdown is left out, the least risky first, and the reader is told so at the
// top.
func DiffMarkdown(r review.Report) string {
	verdict := fmt.Sprintf("**%s**: %s\n\n", r.Risk, Verdict(r))
	risks := risksOf(r)
	listed, list := fitting(len(risks), maxRisksMarkdown, func(i int) string { return risks[i].markdown() })
	if list != "" {
		list += "\n"
	}
	room := MaxMarkdown - len(verdict) - len(list) - noticeRoom
	shown, sections := fitting(len(r.Changes), room, func(i int) string { return difference{r.Changes[i]}.markdown() })
	return verdict + notice(len(risks)-listed, len(r.Changes)-shown) + list + sections
}

// fitting joins the first of n parts that fit into so many bytes.
func fitting(n, room int, part func(i int) string) (fit int, text string) {
	var b strings.Builder
	for ; fit < n; fit++ {
		next := part(fit)
		if b.Len()+len(next) > room {
			break
		}
		b.WriteString(next)
	}
	return fit, b.String()
}

func notice(risks, objects int) string {
	var parts []string
	if risks > 0 {
		parts = append(parts, rule.Counted(risks, "risk"))
	}
	if objects > 0 {
		parts = append(parts, rule.Counted(objects, "changed object"))
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("> Too much to show here: %s left out, the least risky ones. `efgen diff` shows everything.\n\n", strings.Join(parts, " and "))
}

// markdown is an item of the list of risks.
func (r risk) markdown() string {
	return fmt.Sprintf("- **%s** %s in %s: %s\n", r.Level, codeSpan(short(r.object())), codeSpan(short(r.in(environmentsNamed))), r.sentence())
}

func (r risk) sentence() string {
	text := prose(Plain(r.Message))
	if position := r.position(); position != "" {
		text += " " + codeSpan(short(position))
	}
	return text + " (" + prose(Plain(r.Rule)) + ")"
}

// markdown is a section that opens when it is clicked on.
func (d difference) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<details>\n<summary><b>%s</b> %s <code>%s</code></summary>\n\n",
		d.level(), d.Action, html.EscapeString(short(d.object())))
	fmt.Fprintf(&b, "In %s\n\n", codeSpan(first(d.in(environmentsListed), environmentsListed*maxMarkdownName)))
	for _, one := range d.risks(review.None, review.Low) {
		fmt.Fprintf(&b, "**%s**: %s\n\n", one.Level, one.sentence())
	}
	if lines := d.linesOf(maxObjectMarkdown); len(lines) > 0 {
		b.WriteString(fenced(lines))
	}
	b.WriteString("</details>\n\n")
	return b.String()
}

// fenced is a code block that no backticks in its lines can end.
func fenced(lines []line) string {
	var b strings.Builder
	for _, one := range lines {
		b.WriteString(uncommented.Replace(cut(one.String(), maxMarkdownText)) + "\n")
	}
	fence := strings.Repeat("`", max(longestRun(b.String(), '`')+1, 3))
	return fence + "diff\n" + b.String() + fence + "\n\n"
}

// uncommented takes the meaning from what begins and ends a comment, which a
// reader of the raw text may look for even inside code.
var uncommented = strings.NewReplacer("-->", `--\x3e`, "<!--", `<\x21--`)

// meaningful matches what means more than its characters to Markdown or GitHub.
var meaningful = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("[\\\\`*_\\[\\]<>&|~$!]|[@#]|GH-|://|www\\.")
})

// prose is a text outside of code, without markup, links and mentions of people.
func prose(text string) string {
	return meaningful().ReplaceAllStringFunc(cut(text, maxMarkdownText), func(found string) string {
		const nothing = "&#8203;" // of no width
		switch found {
		case "@", "#", "GH-":
			return found + nothing
		case "://":
			return ":" + nothing + "//"
		case "www.":
			return "www" + nothing + "."
		}
		return `\` + found
	})
}

// short keeps both ends of a name: they tell it from others.
func short(name string) string {
	if cut(name, maxMarkdownName) == name {
		return name
	}
	return first(name, maxMarkdownName/2) + "…" + last(name, maxMarkdownName/2)
}

// cut keeps so many characters of a text.
func cut(text string, most int) string {
	if kept := first(text, most); len(kept) < len(text) {
		return kept + "…"
	}
	return text
}
