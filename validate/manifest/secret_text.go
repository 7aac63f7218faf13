package manifest

import (
	"regexp"
	"slices"
	"strings"
)

// urlPassword matches a URL with a password, which is its second group.
var urlPassword = Pattern(`([A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"'<>]*:)([^\s/@"'<>]+)(@)`)

// parameter matches name=value in the query of a URL, or after a semicolon, as JDBC has it.
var parameter = Pattern(`([?&;])([A-Za-z_][\w.-]*)(=)([^&;\s,"']+)`)

// element matches <name>value</name>.
var element = Pattern(`<([A-Za-z_][\w.-]*)(>)([^<>]+)</`)

// assignment matches NAME=value, name: value or --name=value, with the value up to what
// ends it: a quotation mark, or else a space or a comma.
var assignment = Pattern(`([A-Za-z_][\w.-]*)("?[ \t]*[=:][ \t]*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,"']+)`)

// option matches a program's argument and the one after it, in one line, or as items of a
// list in YAML or JSON.
var option = Pattern(`((?:^|[\s"',\[])--?)([A-Za-z][\w.-]*)([ \t]+|["']?(?:[ \t]*,\s*|\r?\n[ \t]*-[ \t]+)["']?)([^\s"',\]-][^\s"',\]]*)`)

// mayHold is a quick look for what the patterns of this file could find.
func mayHold(text string) bool {
	return saysSecret(strings.ToLower(separators.Replace(text))) || strings.Contains(text, "://") && strings.Contains(text, "@")
}

// MaskSecrets puts a mark in the place of every value in a text that is a secret by its
// name, and of every password in a URL. It rather masks too much.
func MaskSecrets(text, mark string) string {
	if !mayHold(text) {
		return text
	}
	text = replace(urlPassword(), text, func(parts []string) string {
		if ownText(parts[2]) == "" {
			return parts[0]
		}
		return parts[1] + mark + parts[3]
	})
	named := func(before, name, between, value, after string) string {
		bare := strings.Trim(value, `"'`)
		if bare != mark && IsSecret(name, bare) {
			value = strings.Replace(value, bare, mark, 1)
		}
		return before + name + between + value + after
	}
	text = replace(parameter(), text, func(parts []string) string { return named(parts[1], parts[2], parts[3], parts[4], "") })
	text = replace(element(), text, func(parts []string) string { return named("<", parts[1], parts[2], parts[3], "</") })
	text = replace(option(), text, func(parts []string) string { return named(parts[1], parts[2], parts[3], parts[4], "") })
	return replace(assignment(), text, func(parts []string) string { return named("", parts[1], parts[2], parts[3], "") })
}

func replace(pattern *regexp.Regexp, text string, with func(parts []string) string) string {
	return pattern.ReplaceAllStringFunc(text, func(found string) string {
		if parts := pattern.FindStringSubmatch(found); parts != nil {
			return with(parts)
		}
		return found
	})
}

// A TextSecret is a secret in a text that programs read.
type TextSecret struct {
	// Name says what it is; empty for the password of a URL.
	Name string
	// Line counts from 1.
	Line int
}

// setting matches a line that gives one value to one name, as files of properties, YAML,
// INI and shells do.
var setting = Pattern(`^[ \t]*(?:- )?(?:export[ \t]+)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*[=:][ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"',;]+)[ \t]*[,;]?(?:[ \t]#.*)?\r?$`)

// pair matches name=value without spaces, and "name": "value", among other text. A name
// that a $ or another word precedes is a reference, or a piece of code.
var pair = Pattern(`(?:^|[\s?&;,{\["'])(?:-D|--?)?([A-Za-z_][\w.-]*)(?:=|"[ \t]*:[ \t]*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"',;&]+)`)

// FindSecrets are the secrets of a text: the settings whose names say so and whose values
// are literal, and URLs with a password; one for each line. Comments are passed over.
func FindSecrets(text string) (all []TextSecret) {
	if !mayHold(text) {
		return nil
	}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\n")
		if isComment(line) || !mayHold(line) {
			continue
		}
		if name, found := secretOf(line); found {
			all = append(all, TextSecret{name, number})
		}
	}
	return all
}

func secretOf(line string) (name string, found bool) {
	for _, parts := range urlPassword().FindAllStringSubmatch(line, -1) {
		if isLiteral(parts[2]) && ownText(parts[2]) != "" && !placeholder().MatchString(parts[2]) {
			return "", true
		}
	}
	for _, pattern := range []*regexp.Regexp{setting(), pair()} {
		for _, parts := range pattern.FindAllStringSubmatch(line, -1) {
			if isLiteral(parts[2]) && IsSecret(parts[1], strings.Trim(parts[2], `"'`)) {
				return parts[1], true
			}
		}
	}
	for _, parts := range element().FindAllStringSubmatch(line, -1) {
		if isLiteral(parts[3]) && IsSecret(parts[1], parts[3]) {
			return parts[1], true
		}
	}
	return "", false
}

func isComment(line string) bool {
	line = strings.TrimSpace(line)
	return slices.ContainsFunc([]string{"#", "//", ";", "!", "<!--", "*"}, func(mark string) bool { return strings.HasPrefix(line, mark) })
}

// code matches what a program computes: a call, an index, the variable of a shell, a field of
// its environment.
var code = Pattern("^[`$]|\\$\\(|[\\w\\])][(\\[]|^[\\[({|>&!]|\\b(env|environ|process|config|self|this|vars?|secrets?)\\.")

// isLiteral reports whether a value is the text itself, and not one that is computed.
func isLiteral(value string) bool {
	if bare := strings.Trim(value, `"'`); bare != value {
		return !strings.HasPrefix(bare, "$") || strings.HasPrefix(bare, "${") && ownText(bare) != ""
	}
	return !code().MatchString(value) || strings.HasPrefix(value, "${") && ownText(value) != ""
}

// FindSecretArguments are the indexes of a program's arguments that hold a secret: by
// themselves, or as the value of the option before.
func FindSecretArguments(args []string) (all []int) {
	for i, arg := range args {
		name, isOption := "", false
		if i > 0 {
			name, isOption = strings.CutPrefix(args[i-1], "-")
		}
		valueOf := isOption && !strings.ContainsAny(name, "= ") && !strings.HasPrefix(arg, "-") && isLiteral(arg) && IsSecret(strings.TrimLeft(name, "-"), arg)
		if valueOf || len(FindSecrets(arg)) > 0 {
			all = append(all, i)
		}
	}
	return all
}
