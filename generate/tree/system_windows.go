package tree

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

const (
	diskFull    = windows.ERROR_DISK_FULL
	forReading  = os.O_RDONLY
	forCreating = os.O_WRONLY | os.O_CREATE | os.O_EXCL
)

// tryLock creates a named mutex for the folder; unlock is nil if another process has
// created it. Windows cannot lock a folder, but it removes a mutex when the process ends
// that has its last handle. The process that creates the mutex has the lock; nobody takes
// ownership of it, since that would belong to a thread.
func tryLock(root *os.Root) (unlock func(), err error) {
	name, err := lockName(root)
	if err != nil {
		return nil, err
	}
	object, err := windows.CreateMutex(nil, false, name)
	switch {
	case err == nil:
		return func() { _ = windows.CloseHandle(object) }, nil
	case errors.Is(err, windows.ERROR_ALREADY_EXISTS):
		return nil, windows.CloseHandle(object)
	case errors.Is(err, windows.ERROR_ACCESS_DENIED):
		return nil, nil // another user's
	}
	return nil, err
}

// lockName is made of the folder's identity, since one folder has many paths.
func lockName(root *os.Root) (*uint16, error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(windows.Handle(f.Fd()), &info); err != nil {
		return nil, err
	}
	return windows.UTF16PtrFromString(fmt.Sprintf(`Global\efgen-%08x-%08x%08x`, info.VolumeSerialNumber, info.FileIndexHigh, info.FileIndexLow))
}
