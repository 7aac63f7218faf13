package pullrequest

import (
	"cmp"
	"crypto/sha1" // git names objects by it
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The modes of git's trees, as the API writes them.
const (
	modeFile       = "100644"
	modeExecutable = "100755"
	modeFolder     = "040000"
)

// An entry is a file, folder or link in a tree.
type entry struct{ mode, sha string }

func (e entry) isFile() bool { return e.mode == modeFile || e.mode == modeExecutable }

// blobSHA is the ID that git gives to the bytes of a file.
func blobSHA(data []byte) string { return objectSHA("blob", data) }

func objectSHA(kind string, data []byte) string {
	hash := sha1.New()
	fmt.Fprintf(hash, "%s %d\x00", kind, len(data))
	hash.Write(data)
	return hex.EncodeToString(hash.Sum(nil))
}

// folderSHA is the ID of a tree with these entries, by name.
func folderSHA(entries map[string]entry) string {
	// Git sorts the name of a folder as if it ended in a slash.
	key := func(name string) string {
		if entries[name].mode == modeFolder {
			return name + "/"
		}
		return name
	}
	names := slices.SortedFunc(maps.Keys(entries), func(a, b string) int { return cmp.Compare(key(a), key(b)) })
	var b strings.Builder
	for _, name := range names {
		id, _ := hex.DecodeString(entries[name].sha)
		fmt.Fprintf(&b, "%s %s\x00%s", strings.TrimPrefix(entries[name].mode, "0"), name, id)
	}
	return objectSHA("tree", []byte(b.String()))
}

// treeSHA is the ID of a tree with these files, by path; empty if there are none, because
// git stores no empty folder.
func treeSHA(files map[string]entry) string {
	if len(files) == 0 {
		return ""
	}
	top, nested := map[string]entry{}, map[string]map[string]entry{}
	for path, file := range files {
		name, rest, isNested := strings.Cut(path, "/")
		if !isNested {
			top[name] = file
			continue
		}
		if nested[name] == nil {
			nested[name] = map[string]entry{}
		}
		nested[name][rest] = file
	}
	for name, files := range nested {
		top[name] = entry{modeFolder, treeSHA(files)}
	}
	return folderSHA(top)
}

// rootSHA is the ID of a root tree after the folder at a path was replaced. Parents are
// the entries of the root and of each folder above that folder.
func rootSHA(parents []map[string]entry, path, folder string) string {
	names := strings.Split(path, "/")
	for i, name := range slices.Backward(names) {
		changed := map[string]entry{}
		if i < len(parents) {
			maps.Copy(changed, parents[i])
		}
		changed[name] = entry{modeFolder, folder}
		folder = folderSHA(changed)
	}
	return folder
}
