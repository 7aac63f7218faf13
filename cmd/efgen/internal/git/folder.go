package git

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

const (
	// maxFiles bounds the files of one sub folder in a commit.
	maxFiles = 10_000
	// maxBytes bounds their bytes.
	maxBytes = 64 << 20
	// maxDepth bounds how deep the folders in it are searched.
	maxDepth = 16
)

// A Folder is a folder as it was in a commit. It holds a process until it is closed, and
// is safe for concurrent use. Errors begin with the path of a file or folder in it.
type Folder struct {
	objects *objects
	// folders are those in it: name → ID of the tree; nil if the commit lacks the folder itself.
	folders map[string]string
}

// A File is a file in a Folder. Its path is below the sub folder that was asked for.
type File struct {
	Path string
	id   string
}

// Folder opens a folder of a commit; its path is relative to dir, which is in the
// repository. The error is ErrNoCommit if there is no such commit. Close the Folder
// after use.
func (c Client) Folder(ctx context.Context, dir, ref, folder string) (*Folder, error) {
	if !isName(ref) {
		return nil, ErrNoName
	}
	objects, err := c.open(ctx, dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{objects: objects}
	if err := f.find(ref, folder); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (f *Folder) find(ref, folder string) error {
	commit, err := f.objects.commit(ref)
	if err != nil {
		return err
	}
	// In git's words a path that starts with a dot is seen from the working folder.
	tree, err := f.objects.get(commit.id + ":./" + folder)
	if err != nil || tree == nil {
		return err
	}
	f.folders = map[string]string{}
	for _, e := range tree.entries() {
		if e.isFolder() {
			f.folders[e.name] = e.id
		}
	}
	return nil
}

// Close ends the process behind the folder.
func (f *Folder) Close() error {
	f.objects.close()
	return nil
}

// Exists tells whether the commit has the folder.
func (f *Folder) Exists() bool { return f.folders != nil }

// With names the sub folders that hold a file of this name, sorted.
func (f *Folder) With(file string) ([]string, error) {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(f.folders)) {
		tree, err := f.get(name, f.folders[name])
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(tree.entries(), func(e entry) bool { return e.name == file && e.isFile() }) {
			names = append(names, name)
		}
	}
	return names, nil
}

// Files lists the files below a sub folder, sorted by path; there are none if it is not
// there. Links and submodules are no files, and hidden folders are left out.
func (f *Folder) Files(sub string) ([]File, error) {
	id, found := f.folders[sub]
	if !found {
		return nil, nil
	}
	var files []File
	type folder struct{ path, id string }
	for folders := []folder{{"", id}}; len(folders) > 0; folders = folders[1:] {
		at := folders[0]
		tree, err := f.get(path.Join(sub, at.path), at.id)
		if err != nil {
			return nil, err
		}
		for _, e := range tree.entries() {
			below := path.Join(at.path, e.name)
			switch {
			case e.isFile():
				files = append(files, File{below, e.id})
			case e.isFolder() && !strings.HasPrefix(e.name, ".") && strings.Count(below, "/") < maxDepth:
				folders = append(folders, folder{below, e.id})
			}
			// One tree may stand at many paths: what little bytes list may be endless.
			if len(files)+len(folders) > maxFiles {
				return nil, fmt.Errorf("%s: more than %d files", sub, maxFiles)
			}
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

// Contents reads files of a sub folder, in their order.
func (f *Folder) Contents(sub string, files ...File) ([][]byte, error) {
	contents := make([][]byte, len(files))
	size := 0
	for i, file := range files {
		blob, err := f.get(path.Join(sub, file.Path), file.id)
		if err != nil {
			return nil, err
		}
		if size += len(blob.data); size > maxBytes {
			return nil, fmt.Errorf("%s: more than %d bytes in all", sub, maxBytes)
		}
		contents[i] = blob.data
	}
	return contents, nil
}

// get returns an object that has to be there.
func (f *Folder) get(at, id string) (*object, error) {
	found, err := f.objects.get(id)
	if err == nil && found == nil {
		err = errors.New("its content is not in this clone")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return found, nil
}
