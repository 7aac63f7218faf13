package manifest

import (
	"bytes"
	"strings"
)

// A Document is one YAML document of a file.
type Document struct {
	Text []byte
	// Line is where it starts in the file, from 1.
	Line int
}

// Documents splits a file where a line starts a new document, as kubectl does, so
// that one broken document hides no other. Documents without content are left out.
func Documents(data []byte) []Document {
	var all []Document
	start, first, line := 0, 1, 1
	flush := func(end int) {
		if text := data[start:end]; !blank(text) {
			all = append(all, Document{Text: text, Line: first})
		}
		start, first = end, line
	}
	for at := 0; at < len(data); {
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		if isMarker(data[at:end]) {
			flush(at)
		}
		at = end
		line++
	}
	flush(len(data))
	return all
}

// isMarker reports whether a line starts a document.
func isMarker(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("---"))
	return ok && (len(rest) == 0 || strings.IndexByte(" \t\r\n", rest[0]) >= 0)
}

// blank reports whether a text holds nothing but comments and a marker.
func blank(text []byte) bool {
	for line := range bytes.Lines(text) {
		if isMarker(line) {
			line = line[len("---"):]
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}
