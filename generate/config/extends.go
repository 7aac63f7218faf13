package config

import (
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

const (
	// The only apiVersion and kind of this format.
	apiVersion, apiKind = "efgen/v1", "Environment"
	// maxExtends bounds how many files name each other in a row.
	maxExtends = 8
	// maxFiles bounds how many files make one environment.
	maxFiles = 64
)

// A reading brings the files of one environment together.
type reading struct {
	folder *Folder
	*yamltree.Collector
	// chain holds the files that name each other, up to the one being read.
	chain []string
	// files are all that were extended so far, with repetitions.
	files []string
	// height is the length of the longest chain so far.
	height int
	// broken is true if a file is missing from the result.
	broken bool
}

// merge returns a file merged with all that it extends, nil if it has no tree.
func (r *reading) merge(s *parsedFile) *yamltree.Node {
	r.AddParsed(s.problems)
	if s.root == nil {
		r.broken = true
		return nil
	}
	r.checkHeader(s)
	r.chain = append(r.chain, s.path)
	r.height = max(r.height, len(r.chain)-1)
	defer func() { r.chain = r.chain[:len(r.chain)-1] }()

	var under *yamltree.Node
	for i, name := range r.extendsOf(s) {
		text, isText := name.Text()
		if !isText {
			continue
		}
		extended := r.extend(s, text, name.Position(), rule.Index("extends", i))
		switch {
		case extended == nil:
		case under == nil:
			under = extended
		default:
			under = yamltree.Merge(extended, under)
		}
	}
	if under == nil {
		return s.root
	}
	return yamltree.Merge(s.root, under.Without("extends"))
}

// extend reads the file that an entry of extends names.
func (r *reading) extend(from *parsedFile, name string, at rule.Position, field string) *yamltree.Node {
	refuse := func(hint, format string, args ...any) *yamltree.Node {
		r.AddUnread(unusableExtends, at, field, hint, format, args...)
		r.broken = true
		return nil
	}
	file, err := resolve(path.Dir(from.path), name)
	if err != nil {
		return refuse("", "%q: %v", name, err)
	}
	if r.files = append(r.files, file); len(r.files) > maxFiles {
		return refuse("", "more than %d files make one environment", maxFiles)
	}
	switch i := slices.Index(r.chain, file); {
	case i >= 0:
		return refuse("", "extends itself: %s", strings.Join(append(slices.Clone(r.chain[i:]), file), " → "))
	case len(r.chain) > maxExtends:
		return refuse("", "more than %d files extend each other", maxExtends)
	case path.Ext(file) != extension:
		return refuse("", "%q: want the name of a %s file", name, extension)
	}
	if root := r.reuse(file); root != nil {
		return root
	}
	extended, err := r.folder.parseExtended(file)
	if err != nil {
		return refuse("paths are relative to the file that names them", "%q: %v", name, err)
	}
	return r.mergeExtended(file, len(r.files), extended)
}

// A mergedFile is a file that environments extend, merged with all that it extends itself. It never
// changes.
type mergedFile struct {
	root *yamltree.Node
	// files are those that it extends, height is the length of their longest chain.
	files  []string
	height int
}

// reuse returns a file that another environment has merged, nil if none has or if it exceeds this
// environment's bounds.
func (r *reading) reuse(file string) *yamltree.Node {
	known, ok := r.folder.merged.Load(file)
	if !ok {
		return nil
	}
	b := known.(*mergedFile)
	if len(r.chain)+b.height > maxExtends || len(r.files)+len(b.files) > maxFiles {
		return nil
	}
	r.files, r.height = append(r.files, b.files...), max(r.height, len(r.chain)+b.height)
	return b.root
}

// mergeExtended merges an extended file, and keeps the result for other environments unless it has
// problems: each environment reports those. before is how many files were extended before it.
func (r *reading) mergeExtended(file string, before int, s *parsedFile) *yamltree.Node {
	deepest := r.height
	r.height = len(r.chain)
	root := r.merge(s)
	if len(r.Problems()) == 0 && !r.broken {
		r.folder.merged.Store(file, &mergedFile{root, slices.Clone(r.files[before:]), r.height - len(r.chain)})
	}
	r.height = max(deepest, r.height)
	return root
}

// extendsOf lists the entries of extends and checks their types, which nothing else does for
// extended files.
func (r *reading) extendsOf(s *parsedFile) []*yamltree.Node {
	list, found := s.root.Find("extends")
	if !found {
		return nil
	}
	var names []string
	d := yamltree.Decoder{Problems: r.Collector}
	d.Decode(list.Value, "extends", &names)
	return list.Value.Items()
}

// checkHeader checks apiVersion and kind, which only a fragment may leave out.
func (r *reading) checkHeader(s *parsedFile) {
	for _, header := range []struct{ key, want string }{{"apiVersion", apiVersion}, {"kind", apiKind}} {
		e, found := s.root.Find(header.key)
		if !found {
			if !strings.HasPrefix(path.Base(s.path), "_") {
				r.AddUnread(yamltree.MissingValue, r.folder.filePosition(s.path), header.key, "write "+header.key+": "+header.want, "missing")
			}
			continue
		}
		if text, isText := e.Value.Text(); isText && text != header.want {
			r.AddUnread(yamltree.UnknownValue, e.Value.Position(), header.key, "", "want %q, not %s", header.want, e.Value.Describe())
		}
	}
}
