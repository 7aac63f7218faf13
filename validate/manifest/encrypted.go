package manifest

import "strings"

// sopsField is what SOPS adds to an object that it encrypts.
const sopsField = "sops"

// IsEncrypted reports whether SOPS has encrypted the object: its controller decrypts it
// before the API server gets it.
func (o *Object) IsEncrypted() bool { return o.Fields.Text(sopsField, "mac") != "" }

// IsCiphertext reports whether a value is one that SOPS has encrypted.
func IsCiphertext(value string) bool {
	return strings.HasPrefix(value, "ENC[") && strings.HasSuffix(value, "]")
}

// Applied are the fields as the API server gets them, as far as one can tell: those of an
// object that SOPS has encrypted are without what SOPS adds, and encrypted texts are empty.
func (o *Object) Applied() *Mapping {
	if !o.IsEncrypted() {
		return o.Fields
	}
	applied, _ := withoutCiphertext(o.Fields).(*Mapping)
	applied.Delete(sopsField)
	return applied
}

func withoutCiphertext(value any) any {
	switch v := value.(type) {
	case string:
		if IsCiphertext(v) {
			return ""
		}
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = withoutCiphertext(item)
		}
		return list
	case *Mapping:
		m := NewMapping(len(v.keys))
		for _, key := range v.keys {
			m.Set(key, withoutCiphertext(v.values[key]))
		}
		return m
	}
	return value
}
