//go:build unix

package tree

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

const (
	diskFull = syscall.ENOSPC
	// forReading does not wait for the writer of a pipe that somebody put in the place of
	// a file. It also saves the system calls with which os would test whether it can poll
	// the file.
	forReading = os.O_RDONLY | syscall.O_NONBLOCK
	// forCreating saves them, too.
	forCreating = os.O_WRONLY | os.O_CREATE | os.O_EXCL | syscall.O_NONBLOCK
)

// tryLock takes the folder's advisory lock; unlock is nil if another process has it. The
// kernel releases the lock when the process ends.
func tryLock(root *os.Root) (unlock func(), err error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return func() { _ = f.Close() }, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return nil, f.Close()
	}
	return nil, errors.Join(fmt.Errorf("this file system cannot lock a folder: %w", err), f.Close())
}
