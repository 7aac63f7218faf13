package config

import (
	"errors"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// reservedOn says on which system no file or folder can have a name, and why; it is empty
// if all systems take it.
func reservedOn(name string) string {
	switch {
	case isGitName(name):
		return "git reserves it for itself"
	case isDevice(name):
		return "Windows reserves it for a device"
	case strings.HasSuffix(name, "."), strings.HasSuffix(name, " "):
		return "Windows cuts off the dot or space at its end"
	case strings.ContainsAny(name, `<>:"|?*`):
		return "Windows allows none of " + `<>:"|?*`
	}
	return ""
}

// isDevice reports whether Windows reserves a name, which it does with any extension and in
// every folder. The tree's room has the same list, as it knows no environments.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	stem = strings.TrimRight(stem, " ")
	if slices.Contains([]string{"con", "prn", "aux", "nul", "conin$", "conout$"}, stem) {
		return true
	}
	port, isPort := strings.CutPrefix(stem, "com")
	if !isPort {
		port, isPort = strings.CutPrefix(stem, "lpt")
	}
	return isPort && utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port)
}

// isGitName reports whether a name is .git, or what some file system takes for it: Windows
// without what follows a colon, dots and spaces at the end or as a short name, macOS
// without characters that have no width.
func isGitName(name string) bool {
	name, _, _ = strings.Cut(name, ":")
	name = strings.Map(func(c rune) rune {
		if c >= 0x200c && c <= 0x200f || c >= 0x202a && c <= 0x202e || c >= 0x206a && c <= 0x206f || c == 0xfeff {
			return -1
		}
		return c
	}, name)
	name = strings.TrimRight(name, " .")
	return strings.EqualFold(name, ".git") || strings.EqualFold(name, "git~1")
}

// errInGit says that a path leads into a repository, whose configuration may hold secrets.
var errInGit = errors.New("leads into .git, which is no place for files of an environment")

// leadsIntoGit reports whether a path has a part .git, or comes to one through links.
func leadsIntoGit(root *os.Root, name string) bool {
	const maxLinks = 40 // as many as Linux follows
	for range maxLinks {
		if slices.ContainsFunc(strings.Split(name, "/"), isGitName) {
			return true
		}
		next, isLink := followed(root, name)
		if !isLink {
			return false
		}
		name = next
	}
	return false // nothing opens it either
}

// followed replaces the first link in a path by where it leads.
func followed(root *os.Root, name string) (next string, isLink bool) {
	for end := 0; end < len(name); end++ {
		if i := strings.IndexByte(name[end:], '/'); i >= 0 {
			end += i
		} else {
			end = len(name)
		}
		target, err := root.Readlink(name[:end])
		if err != nil {
			continue
		}
		if path.IsAbs(target) {
			return name, false // the root refuses it
		}
		return path.Join(path.Dir(name[:end]), strings.ReplaceAll(target, `\`, "/"), name[end:]), true
	}
	return name, false
}
