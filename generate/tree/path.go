package tree

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"
)

// maxPath bounds a path in bytes. Windows takes 32,767 UTF-16 units, macOS 1,024 bytes.
const maxPath = 1 << 10

// checkPath returns an error if a file may not have this path in an environment's
// folder. It applies the rules of all systems, so that a tree written on one of them
// can be checked out on all.
func checkPath(p string) error {
	if !fs.ValidPath(p) || p == "." || len(p) > maxPath {
		return fmt.Errorf("path %q is not one inside the environment's folder", clip([]byte(p)))
	}
	for name := range strings.SplitSeq(p, "/") {
		if err := checkName(name); err != nil {
			return fmt.Errorf("path %q: %w", p, err)
		}
	}
	if fold(p) == LedgerName || strings.HasPrefix(fold(p), LedgerName+"/") {
		return fmt.Errorf("path %q is the ledger's", p)
	}
	return nil
}

func checkName(name string) error {
	switch {
	case name == "" || name == "." || name == ".." || !utf8.ValidString(name):
		return fmt.Errorf("%q is not a name", name)
	case strings.ContainsFunc(name, forbidden):
		return fmt.Errorf("%q holds a character that Windows does not allow in names", name)
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return fmt.Errorf("%q ends in a dot or a space, which Windows cuts off", name)
	case strings.EqualFold(name, ".git"), strings.EqualFold(name, "git~1"):
		return fmt.Errorf("%q is the name of a git repository's own folder", name)
	case isDevice(name):
		return fmt.Errorf("%q is the name of a device on Windows", name)
	case fold(name) == temporary:
		return fmt.Errorf("%q is the name of efgen's temporary files", name)
	}
	return nil
}

// checkEnvironment returns an error if a folder cannot be an environment's. Hidden
// folders cannot, and efgen's own temporary folders are hidden.
func checkEnvironment(name string) error {
	if checkName(name) != nil || strings.HasPrefix(name, ".") {
		return fmt.Errorf("%q cannot be the name of an environment's folder", name)
	}
	return nil
}

func forbidden(c rune) bool {
	return c < ' ' || c == 0x7f || strings.ContainsRune(`<>:"/\|?*`, c)
}

// isDevice reports whether Windows reserves a name for a device: it does so in every
// folder, and with any extension.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(fold(name), ".")
	switch stem = strings.TrimRight(stem, " "); stem {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	port, isPort := strings.CutPrefix(stem, "com")
	if !isPort {
		port, isPort = strings.CutPrefix(stem, "lpt")
	}
	return isPort && utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port)
}

// fold makes names equal that a file system without case cannot tell apart.
func fold(name string) string { return strings.ToLower(name) }

// byFoldedName groups names that are one name where case does not matter.
func byFoldedName(entries map[string]fs.FileMode) map[string][]string {
	names := make(map[string][]string, len(entries))
	for name := range entries {
		names[fold(name)] = append(names[fold(name)], name)
	}
	return names
}

// checkFiles finds wanted paths that no folder can hold, or not together.
func checkFiles(files []File) (bad map[string]error) {
	bad = map[string]error{}
	folders, seen := map[string]string{}, map[string]string{}
	for _, f := range files {
		if err := checkPath(f.Path); err != nil {
			bad[f.Path] = err
			continue
		}
		if len(f.Data) > maxFile {
			bad[f.Path] = fmt.Errorf("larger than %d bytes, the most that efgen writes", maxFile)
		}
		if other, found := seen[fold(f.Path)]; found {
			bad[f.Path] = fmt.Errorf("generated beside %q, which some systems take for the same file", other)
		}
		seen[fold(f.Path)] = f.Path
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			if other, found := folders[fold(dir)]; found && other != dir {
				bad[f.Path] = fmt.Errorf("generated beside folder %q, which some systems take for the same folder", other)
			}
			folders[fold(dir)] = dir
		}
	}
	for _, f := range files {
		if _, found := folders[fold(f.Path)]; found {
			bad[f.Path] = fmt.Errorf("generated as a file and as a folder")
		}
	}
	return bad
}
