package git

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

const (
	// maxFiles bounds the files that are found in one sub folder of a commit.
	maxFiles = 10_000
	// maxBytes bounds the bytes that are read of them.
	maxBytes = 64 << 20
	// maxDepth bounds how deep the folders in it are searched.
	maxDepth = 16
)

// A Folder is a folder as it was in a commit, for as long as its Repository is open. It is
// safe for concurrent use. Its errors begin with the path of a file or folder in it.
type Folder struct {
	objects *objects
	// folders are those in it: name → ID of the tree; nil if the commit lacks the Folder.
	folders map[string]string
}

// A File is a file as it was in a commit.
type File struct {
	// Path is below the sub folder that was read.
	Path string
	Data []byte
}

// Folder opens a folder of a commit, which Commit found, at the place of one on disk.
func (r *Repository) Folder(commit, folder string) (*Folder, error) {
	place, err := r.Place(folder)
	if err != nil {
		return nil, err
	}
	tree, err := r.objects.treeAt(commit, place)
	if err != nil || tree == nil {
		return &Folder{objects: r.objects}, err
	}
	f := &Folder{objects: r.objects, folders: map[string]string{}}
	for _, e := range tree.entries() {
		if e.isFolder() {
			f.folders[e.name] = e.id
		}
	}
	return f, nil
}

// Exists tells whether the commit has the folder.
func (f *Folder) Exists() bool { return f.folders != nil }

// Folders names the sub folders, sorted.
func (f *Folder) Folders() []string { return slices.Sorted(maps.Keys(f.folders)) }

// File reads a file that lies directly in a sub folder; it is nil if there is none.
func (f *Folder) File(sub, name string) ([]byte, error) {
	id, found := f.folders[sub]
	if !found {
		return nil, nil
	}
	tree, err := f.objects.need(sub, id)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(tree.entries(), func(e entry) bool { return e.name == name && e.isFile() })
	if i < 0 {
		return nil, nil
	}
	blob, err := f.objects.need(path.Join(sub, name), tree.entries()[i].id)
	if err != nil {
		return nil, err
	}
	return blob.data, nil
}

// Read returns the files below a sub folder that the function picks by path, sorted by
// path; there are none if it is not there. Links and submodules are no files, and hidden
// folders are not searched.
func (f *Folder) Read(sub string, pick func(path string) bool) (files []File, err error) {
	ids, err := f.list(sub)
	if err != nil {
		return nil, err
	}
	size := 0
	for _, at := range slices.Sorted(maps.Keys(ids)) {
		if !pick(at) {
			continue
		}
		blob, err := f.objects.need(path.Join(sub, at), ids[at])
		if err != nil {
			return nil, err
		}
		if size += len(blob.data); size > maxBytes {
			return nil, fmt.Errorf("%s: more than %d bytes in all", sub, maxBytes)
		}
		files = append(files, File{at, blob.data})
	}
	return files, nil
}

// list finds the files below a sub folder: path → ID.
func (f *Folder) list(sub string) (map[string]string, error) {
	files, folders, top := map[string]string{}, []entry{}, f.folders[sub]
	if top != "" {
		folders = append(folders, entry{id: top})
	}
	for ; len(folders) > 0; folders = folders[1:] {
		tree, err := f.objects.need(path.Join(sub, folders[0].name), folders[0].id)
		if err != nil {
			return nil, err
		}
		for _, e := range tree.entries() {
			below := path.Join(folders[0].name, e.name)
			switch {
			case e.isFile():
				files[below] = e.id
			case e.isFolder() && !strings.HasPrefix(e.name, ".") && strings.Count(below, "/") < maxDepth:
				folders = append(folders, entry{name: below, id: e.id})
			}
			// One tree may stand at many paths: what little bytes list may be endless.
			if len(files)+len(folders) > maxFiles {
				return nil, fmt.Errorf("%s: more than %d files", sub, maxFiles)
			}
		}
	}
	return files, nil
}
