package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// explain says of an error of the system which file it is about and what to do.
func explain(path string, err error) error {
	var refused Refused
	if err == nil || errors.As(err, &refused) {
		return err
	}
	err = reason(err)
	switch {
	case errors.Is(err, diskFull), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%s: %w; nothing is lost: make room and run again", path, err)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%s: %w; nothing is lost: make it writable and run again", path, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: %w; nothing is lost: change the permissions and run again", path, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// reason removes the names that os puts before an error: they are relative to some
// folder, or name temporary files.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
