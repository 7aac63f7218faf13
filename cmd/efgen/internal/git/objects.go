package git

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxObject bounds one object in bytes.
const maxObject = 8 << 20

// objects is one process that answers with objects of a repository for as long as it is
// asked. It is safe for concurrent use.
type objects struct {
	lock     sync.Mutex
	process  *exec.Cmd
	stop     context.CancelFunc
	names    io.WriteCloser
	answers  *bufio.Reader
	messages bounded
	patience time.Duration
}

// An object is a commit, tree or blob.
type object struct {
	id   string
	data []byte
}

// open starts git in a folder of a repository.
func (c Client) open(ctx context.Context, dir string) (*objects, error) {
	ctx, stop := context.WithCancel(ctx)
	process := c.command(ctx, dir, "cat-file", "--batch")
	o := &objects{process: process, stop: stop, messages: bounded{most: maxMessage}, patience: patience}
	process.Stderr = &o.messages
	names, failed := process.StdinPipe()
	answers, err := process.StdoutPipe()
	if err = cmp.Or(failed, err); err == nil {
		err = process.Start()
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("start git: %w", err)
	}
	o.names, o.answers = names, bufio.NewReader(answers)
	return o, nil
}

// close ends the process; its exit status does not matter.
func (o *objects) close() {
	o.names.Close()
	o.stop()
	_ = o.process.Wait()
}

// treeAt is the folder at a path of a commit, nil if there is none. It goes from tree to
// tree, so that no path is part of what git is asked.
func (o *objects) treeAt(commit, folder string) (*object, error) {
	tree, err := o.need(commit, commit+"^{tree}")
	for name := range strings.FieldsFuncSeq(folder, func(c rune) bool { return c == '/' }) {
		if err != nil {
			return nil, err
		}
		entries := tree.entries()
		i := slices.IndexFunc(entries, func(e entry) bool { return e.name == name && e.isFolder() })
		if i < 0 {
			return nil, nil
		}
		tree, err = o.need(folder, entries[i].id)
	}
	return tree, err
}

// need returns an object that has to be there; at is what it is called.
func (o *objects) need(at, id string) (*object, error) {
	found, err := o.get(id)
	if err == nil && found == nil {
		err = errPartial
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return found, nil
}

// get returns the object of a name, which is one line, or nil if there is none.
func (o *objects) get(name string) (*object, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	timer := time.AfterFunc(o.patience, o.stop)
	found, err := o.ask(name)
	switch {
	case !timer.Stop():
		return nil, fmt.Errorf("git: no answer within %s", o.patience)
	case err != nil:
		return nil, o.explain(err)
	}
	return found, nil
}

func (o *objects) ask(name string) (*object, error) {
	if _, err := io.WriteString(o.names, name+"\n"); err != nil {
		return nil, err
	}
	header, err := o.answers.ReadString('\n')
	if err != nil {
		return nil, err
	}
	// "<id> <kind> <size>", or "<name> missing", or "<name> ambiguous".
	words := strings.Fields(header)
	if len(words) != 3 {
		return nil, nil
	}
	size, err := strconv.Atoi(words[2])
	if err != nil {
		return nil, nil
	}
	if size > maxObject {
		return nil, fmt.Errorf("object %s is larger than %d bytes", words[0], maxObject)
	}
	data := make([]byte, size+1) // and a line end
	if _, err := io.ReadFull(o.answers, data); err != nil {
		return nil, err
	}
	return &object{id: words[0], data: data[:size]}, nil
}

// explain ends the process.
func (o *objects) explain(err error) error {
	o.stop()
	_ = o.process.Wait() // its last words are there then
	return o.messages.explain(err)
}

// An entry is a line of a tree.
type entry struct{ mode, name, id string }

func (e entry) isFolder() bool { return e.mode == "40000" }
func (e entry) isFile() bool   { return e.mode == "100644" || e.mode == "100755" }
func (e entry) isLink() bool   { return e.mode == "120000" }

// entries reads a tree: mode, space, name, NUL and the bytes of the ID, which are as
// many as those of the tree's own.
func (o *object) entries() (entries []entry) {
	size := len(o.id) / 2
	for rest := o.data; ; {
		mode, afterMode, _ := bytes.Cut(rest, []byte(" "))
		name, afterName, found := bytes.Cut(afterMode, []byte{0})
		if !found || len(afterName) < size {
			return entries
		}
		entries = append(entries, entry{string(mode), string(name), hex.EncodeToString(afterName[:size])})
		rest = afterName[size:]
	}
}
