package review

import (
	"path"
	"slices"
)

// A File is one file of an environment: its path below the environment's folder,
// slash-separated, and its bytes.
type File struct {
	Path string
	Data []byte
}

// A Side is an environment as it was, or as it is to be. Without files, it is not
// there.
type Side struct {
	Environment string
	// Namespace is the environment's own. Default: that of the other side, or else
	// the one that most of the objects name.
	Namespace string
	Files     []File
}

// A side is a Side whose files are read when somebody asks.
type side struct {
	namespace string
	files     map[string]File
	parsed    map[string][]*object
}

func newSide(s Side) *side {
	files := make(map[string]File, len(s.Files))
	for _, file := range s.Files {
		if !skipped(file.Path) {
			files[file.Path] = file
		}
	}
	return &side{namespace: s.Namespace, files: files, parsed: map[string][]*object{}}
}

// at are the objects of one file.
func (s *side) at(file string) []*object {
	all, done := s.parsed[file]
	if !done {
		if f, found := s.files[file]; found {
			all = read(f)
		}
		s.parsed[file] = all
	}
	return all
}

// paths are those of all files, sorted.
func (s *side) paths() []string {
	paths := make([]string, 0, len(s.files))
	for path := range s.files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// all are the objects of all files.
func (s *side) all() (all []*object) {
	for _, path := range s.paths() {
		all = append(all, s.at(path)...)
	}
	return all
}

// beside are the objects of the files in one folder.
func (s *side) beside(folder string) (all []*object) {
	for _, file := range s.paths() {
		if path.Dir(file) == folder {
			all = append(all, s.at(file)...)
		}
	}
	return all
}

// home is the namespace that most objects name.
func home(objects []*object) (home string) {
	votes := map[string]int{}
	for _, o := range objects {
		if o.namespace == "" {
			continue
		}
		votes[o.namespace]++
		if n := votes[o.namespace]; n > votes[home] || n == votes[home] && o.namespace < home {
			home = o.namespace
		}
	}
	return home
}
