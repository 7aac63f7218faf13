package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// A checker applies the rules of one environment, after all defaults are filled in.
type checker struct {
	problems                   *yamltree.Collector
	env                        *Environment
	minors                     []string
	nodePorts, hosts, services claims
}

// claims maps what only one may have, such as a port, to the field that has it.
type claims map[string]string

func (r *reading) validate(env *Environment) {
	c := &checker{problems: r.Collector, env: env, minors: r.folder.minors, nodePorts: claims{}, hosts: claims{}, services: claims{}}
	c.environmentWide()
	if len(env.Applications) == 0 {
		c.bad(yamltree.MissingValue, "applications", "", "want at least one application")
	}
	for _, name := range slices.Sorted(maps.Keys(env.Applications)) {
		c.application(fieldOf(name), env.Applications[name])
	}
	if env.ClusterMonitor != nil {
		c.monitor(env.ClusterMonitor)
	}
	c.patches()
	c.manifests()
	c.policy()
	c.delivery()
}

// fieldOf is the field of an application.
func fieldOf(application string) string { return rule.Field("applications", application) }

// bad reports a problem with the value of a field.
func (c *checker) bad(broken rule.Rule, field, hint, format string, args ...any) {
	c.report(broken, field, false, hint, format, args...)
}

// badKey reports a problem with the key of a field.
func (c *checker) badKey(broken rule.Rule, field, hint, format string, args ...any) {
	c.report(broken, field, true, hint, format, args...)
}

func (c *checker) report(broken rule.Rule, field string, key bool, hint, format string, args ...any) {
	e, home, written := c.env.Origins.nearest(field)
	if !written {
		home = field
	}
	if c.problems.Unread(field) || c.problems.Unread(home) {
		return
	}
	at := e.Value.Position()
	if key {
		at = e.At
	}
	c.problems.Add(broken, at, home, hint, format, args...)
}

// credentials in a URL must not appear in messages.
var credentials = lazily(`//[^/@]*@`)

// text checks a text that somebody wrote; an empty one means "not set".
func (c *checker) text(field, value string, f form) {
	if value != "" && !f.valid(value) && c.env.Origins.Written(field) {
		c.bad(f.broken, field, "", "%q is not %s", yamltree.Shorten(credentials().ReplaceAllString(value, "//…@")), f.what)
	}
}

// item checks a text that may not be empty.
func (c *checker) item(field, value string, f form) {
	if value == "" {
		c.bad(yamltree.MissingValue, field, "", "must not be empty")
	}
	c.text(field, value, f)
}

func (c *checker) items(field string, values []string, f form) {
	for i, value := range values {
		c.item(rule.Index(field, i), value, f)
	}
}

// key checks the key of a mapping.
func (c *checker) key(field, key string, f form) {
	if !f.valid(key) {
		c.badKey(f.broken, field, "", "%q is not %s", yamltree.Shorten(key), f.what)
	}
}

// labels checks labels, or annotations if value is nil. efgen sets the reserved keys itself.
func (c *checker) labels(field string, labels map[string]string, value *form, reserved ...string) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		at := rule.Key(field, key)
		if value == nil {
			c.key(at, key, annotationKey)
		} else {
			c.key(at, key, labelKey)
			c.text(at, labels[key], *value)
		}
		if slices.Contains(reserved, key) || strings.HasPrefix(key, "efgen.io/") {
			c.badKey(reservedName, at, "remove it", "efgen sets %s itself", key)
		}
	}
}

// number checks a number; nil is one that nobody wrote.
func number[N int32 | int64](c *checker, field string, value *N, low, high int64) {
	if value != nil && (int64(*value) < low || int64(*value) > high) {
		c.bad(yamltree.OutOfRange, field, "", "want a number from %d to %d, not %d", low, high, *value)
	}
}

// claim reports the second field that takes what only one may have.
func (c *checker) claim(taken claims, thing, field, what string) {
	if thing == "" {
		return
	}
	if first, found := taken[thing]; found {
		e, home, written := c.env.Origins.nearest(first)
		if written {
			first = home
		}
		at := e.Value.Position()
		c.bad(takenTwice, field, "", "%s %s is taken by %s in %s:%d", what, thing, first, at.File, at.Line)
		return
	}
	taken[thing] = field
}
