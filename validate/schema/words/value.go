package words

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/efgen/efgen/validate/manifest/decode"
)

// maxShown is how many bytes of a value a message shows.
const maxShown = 80

// Shown is a value as JSON, short enough for a message.
func Shown(value any) string {
	text, err := json.Marshal(floats(value))
	if err != nil {
		return fmt.Sprintf("%q", fmt.Sprint(value))
	}
	if len(text) > maxShown {
		return strings.ToValidUTF8(string(text[:maxShown]), "") + "…"
	}
	return string(text)
}

// floats makes every number of a value a float64, as a reader of JSON that knows no
// integers does.
func floats(value any) any {
	switch v := value.(type) {
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = floats(item)
		}
		return items
	case int64:
		return float64(v)
	case float64:
		return v + 0 // zero has no sign
	}
	fields, isMapping := decode.Fields(value)
	if !isMapping {
		return value
	}
	all := make(map[string]any, len(fields))
	for name, field := range fields {
		all[name] = floats(field)
	}
	return all
}
