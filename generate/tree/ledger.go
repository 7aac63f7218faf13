package tree

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// LedgerName is the ledger's file in an environment's folder.
const LedgerName = "efgen.lock"

// crlf is why a file that efgen wrote is not as it wrote it where git's core.autocrlf is on.
const crlf = "its lines end in CRLF: the checkout has changed its line ends"

// isConverted reports whether a file would be as the ledger lists it if its lines
// ended in LF.
func (l Ledger) isConverted(path string, data []byte) bool {
	unix := bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	return len(unix) < len(data) && l.Owns(path, HashOf(unix))
}

// maxLedger bounds a ledger in bytes: some forty thousand files.
const maxLedger = 4 << 20

// A Hash is the SHA-256 of a file's bytes.
type Hash [sha256.Size]byte

// HashOf returns the Hash of data.
func HashOf(data []byte) Hash { return sha256.Sum256(data) }

// String is the hash in lower-case hexadecimal digits, as sha256sum prints it.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// A Ledger lists the files that efgen owns in one environment, by path. While a run
// writes, a file has two hashes: the old one and the new one.
type Ledger map[string][]Hash

// LedgerOf lists files.
func LedgerOf(files []File) Ledger {
	l := make(Ledger, len(files))
	for _, f := range files {
		l[f.Path] = []Hash{HashOf(f.Data)}
	}
	return l
}

// Owns reports whether the ledger lists the path with this hash.
func (l Ledger) Owns(path string, hash Hash) bool {
	return slices.Contains(l[path], hash)
}

// Text is the ledger in the form of sha256sum, sorted by path, so that
// `sha256sum -c efgen.lock` works in the environment's folder.
func (l Ledger) Text() []byte {
	const usualLine = 128
	text := make([]byte, 0, len(l)*usualLine)
	for _, path := range slices.Sorted(maps.Keys(l)) {
		for _, hash := range l[path] {
			text = append(hex.AppendEncode(text, hash[:]), "  "...)
			text = append(append(text, path...), '\n')
		}
	}
	return text
}

// A LedgerError says which line of a ledger cannot be trusted, and why. Line
// counts from 1; 0 is the whole file.
type LedgerError struct {
	Line   int
	Reason string
}

func (e *LedgerError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

// ParseLedger reads what Text wrote. Every error is a *LedgerError.
func ParseLedger(text []byte) (Ledger, error) {
	if len(text) > maxLedger {
		return nil, &LedgerError{0, fmt.Sprintf("larger than %d bytes, which no ledger is", maxLedger)}
	}
	if before, _, found := bytes.Cut(text, []byte("\r\n")); found {
		return nil, &LedgerError{bytes.Count(before, []byte("\n")) + 1, crlf}
	}
	l := Ledger{}
	for number, line := range slices.Collect(bytes.Lines(text)) {
		path, hash, err := parseLine(line)
		if err != nil {
			return nil, &LedgerError{number + 1, err.Error()}
		}
		if !l.Owns(path, hash) {
			l[path] = append(l[path], hash)
		}
	}
	return l, nil
}

func parseLine(line []byte) (path string, hash Hash, err error) {
	const digits = 2 * sha256.Size
	text, whole := bytes.CutSuffix(line, []byte("\n"))
	if !whole || len(text) < digits+3 || string(text[digits:digits+2]) != "  " {
		return "", hash, fmt.Errorf("want 64 hexadecimal digits, two spaces, a path and a line end, got %q", clip(line))
	}
	if _, err := hex.Decode(hash[:], text[:digits]); err != nil || !bytes.Equal(bytes.ToLower(text[:digits]), text[:digits]) {
		return "", hash, fmt.Errorf("want 64 lower-case hexadecimal digits, got %q", text[:digits])
	}
	path = string(text[digits+2:])
	return path, hash, checkPath(path)
}

// clip keeps a line short enough for a message.
func clip(line []byte) []byte {
	return line[:min(len(line), 100)]
}
