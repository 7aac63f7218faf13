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

// tryLock makes a named object of the session-wide kind for the folder; unlock
// is nil if another process has made it. Windows locks no folders, but drops an
// object with the last handle of its process. A handle to an object that was
// there already is closed at once: what counts is who made it, not who owns it,
// since ownership would be a thread's.
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

// lockName names the folder by its identity, since it has many paths.
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
