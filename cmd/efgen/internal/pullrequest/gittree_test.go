package pullrequest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/tree"
)

// entriesOf are files as a tree holds them.
func entriesOf(files map[string]string) map[string]entry {
	entries := map[string]entry{}
	for p, text := range files {
		entries[p] = entry{modeFile, blobSHA([]byte(text))}
	}
	return entries
}

// observedIn is what a base with these files looks like. It is no base if a file
// would have to be a folder as well.
func observedIn(files map[string]string, w Want) (s *observation, ok bool) {
	for p := range files {
		for other := range files {
			if strings.HasPrefix(other, p+"/") {
				return nil, false
			}
		}
	}
	s = &observation{base: "main", baseHead: commit{sha: newBase}, differing: map[string][]byte{}}
	at := entriesOf(files)
	for name := range strings.SplitSeq(w.Path, "/") {
		here, below := map[string]entry{}, map[string]entry{}
		for p, file := range at {
			first, rest, nested := strings.Cut(p, "/")
			if !nested {
				here[p] = file
				continue
			}
			if here[first] = (entry{modeFolder, treeSHA(under(at, first))}); first == name {
				below[rest] = file
			}
		}
		s.folder.parents = append(s.folder.parents, here)
		if here[name].isFile() {
			s.folder.obstacle = name
		}
		if at = below; len(below) == 0 {
			break
		}
	}
	if len(s.folder.parents) == strings.Count(w.Path, "/")+1 {
		s.files = at
	}
	s.folder.tree = treeSHA(s.files)
	for p, text := range files {
		s.differing[blobSHA([]byte(text))] = []byte(text)
		if trimmed(p, w.Path) == tree.LedgerName {
			s.ledger, s.ledgerError = tree.ParseLedger([]byte(text))
		}
	}
	return s, true
}

func under(files map[string]entry, folder string) map[string]entry {
	found := map[string]entry{}
	for p, file := range files {
		if rest, inside := strings.CutPrefix(p, folder+"/"); inside {
			found[rest] = file
		}
	}
	return found
}

// trimmed is a path as seen from a folder, empty if it is not inside.
func trimmed(path, folder string) string {
	rest, inside := strings.CutPrefix(path, folder+"/")
	if !inside {
		return ""
	}
	return rest
}

// TestTreesAreGits compares with git itself where order matters: a folder sorts as
// if its name ended in a slash.
func TestTreesAreGits(t *testing.T) {
	files := map[string]string{
		"a/b": "1", "a-b": "2", "a.b": "3", "a0": "4", "a/b.c/d": "5", "a/b-c": "6", "z": "", "ä/ö": "ü", "binary": "\xff\x00",
	}
	dir := t.TempDir()
	git := func(args ...string) string {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		out, err := cmd.Output()
		require.NoError(t, err)
		return strings.TrimSpace(string(out))
	}
	git("init", "-q")
	for p, text := range files {
		at := filepath.Join(dir, filepath.FromSlash(p))
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		require.NoError(t, os.WriteFile(at, []byte(text), 0o644))
	}
	entries := entriesOf(files)
	if runtime.GOOS != "windows" { // where files have no such modes
		require.NoError(t, os.Chmod(filepath.Join(dir, "a0"), 0o755))
		require.NoError(t, os.Symlink("z", filepath.Join(dir, "link")))
		entries["a0"] = entry{modeExecutable, entries["a0"].sha}
		entries["link"] = entry{"120000", blobSHA([]byte("z"))}
	}
	git("add", "-A")

	assert.Equal(t, git("write-tree"), treeSHA(entries))
	assert.Empty(t, treeSHA(nil), "git keeps no empty folder")
}
