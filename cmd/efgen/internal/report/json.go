package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON prints a result for programs. Characters that a terminal or a log would act on
// are escaped, which changes nothing for a reader of JSON.
func JSON(w io.Writer, result any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(result); err != nil {
		return err
	}
	_, err := w.Write(bytes.ReplaceAll(escaped(b.Bytes()), []byte("##["), []byte(`#\u0023[`)))
	return err
}

func escaped(text []byte) []byte {
	escaped := make([]byte, 0, len(text))
	for _, c := range string(text) {
		if c == '\n' || unicode.IsPrint(c) {
			escaped = utf8.AppendRune(escaped, c)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, c) {
			escaped = fmt.Appendf(escaped, `\u%04x`, unit)
		}
	}
	return escaped
}
