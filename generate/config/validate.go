package config

import "github.com/efgen/efgen/validate/rule"

// fieldOf is the field of an application.
func fieldOf(application string) string { return rule.Field("applications", application) }

// A form is a way in which texts are written.
type form struct {
	want string
}

var dnsLabel = form{want: "at most 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit"}

func (r *reading) validate(env *Environment) {}
