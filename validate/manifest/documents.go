package manifest

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Document is one YAML document of a file.
type Document struct {
	Text []byte
	// Line is where it starts in the file, from 1.
	Line int
	// Unclear is why readers disagree on where the document ends; nil if they agree.
	Unclear *Fault
}

// mark is what some editors write at the start of a text. It is no content.
var mark = []byte("\ufeff")

// Documents splits a file where a line starts a new document, as kubectl does, so
// that one broken document hides no other. Documents without content are left out.
func Documents(data []byte) []Document {
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return []Document{{Line: 1, Unclear: &Fault{Line: 1, Message: "the file is not UTF-8 text", Hint: "save it as UTF-8"}}}
	}
	s := splitter{data: data, line: 1, first: 1}
	for line := range bytes.Lines(data) {
		s.read(line)
		s.at += len(line)
		s.line++
	}
	s.flush()
	return s.all
}

// A splitter stands before a line of a file.
type splitter struct {
	data     []byte
	at, line int
	all      []Document
	// start and first are the offset and the line where the current document starts.
	start, first int
	// hasContent says that the document holds more than comments; unclear is its own.
	hasContent bool
	unclear    *Fault
	// marks are the offsets of the marks before content.
	marks []int
}

func (s *splitter) read(line []byte) {
	rest, isMarked := bytes.CutPrefix(line, mark)
	switch {
	case isMarked && s.hasContent:
		s.doubt("a line starts with a byte order mark, U+FEFF, which some readers take for content", "remove the mark")
	case isMarked:
		s.marks = append(s.marks, s.at)
		line = rest
	}
	switch {
	case isMarker(line):
		s.flush()
		line = line[len("---"):]
	case bytes.HasPrefix(line, []byte("---")):
		s.doubt(`a line starts with "---", with which kubectl starts a new document`, `write "---" on a line of its own, or indent the line`)
	}
	s.hasContent = s.hasContent || !blank(line)
}

// doubt keeps the first reason.
func (s *splitter) doubt(message, hint string) {
	if s.unclear == nil {
		s.unclear = &Fault{Line: s.line - s.first + 1, Message: message, Hint: hint}
	}
}

func (s *splitter) flush() {
	if s.hasContent {
		s.all = append(s.all, Document{Text: s.text(), Line: s.first, Unclear: s.unclear})
	}
	s.start, s.first, s.hasContent, s.unclear = s.at, s.line, false, nil
}

// text is that of the current document, without marks.
func (s *splitter) text() []byte {
	text := s.data[s.start:s.at]
	for _, at := range slices.Backward(s.marks) {
		if at >= s.start && at < s.at {
			text = slices.Concat(text[:at-s.start], text[at-s.start+len(mark):])
		}
	}
	return text
}

// isMarker reports whether a line starts a document.
func isMarker(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("---"))
	return ok && (len(rest) == 0 || strings.IndexByte(" \t\r\n", rest[0]) >= 0)
}

// blank reports whether a line holds nothing but a comment, up to each character that
// YAML 1.1 takes for the end of a line.
func blank(line []byte) bool {
	for part := range bytes.FieldsFuncSeq(line, isBreak) {
		if part = bytes.TrimSpace(part); len(part) > 0 && part[0] != '#' {
			return false
		}
	}
	return true
}

func isBreak(r rune) bool { return strings.ContainsRune("\n\r\u0085\u2028\u2029", r) }
