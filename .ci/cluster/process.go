package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// patience is how long a process may take to start, and to stop, before it is given
// up: builds may keep the machine busy.
const patience = time.Minute

// A process is one that dies with the test, however that ends.
type process struct {
	name string
	log  string
	pid  int
	done chan struct{} // closed when it has ended
	err  error         // how, once done is closed
}

// start runs a binary in a process group of its own. It has dir as its home and for
// its temporary files, and what it says goes to a log file there.
func start(dir, name, binary string, args, env []string) (*process, error) {
	p := &process{name: name, log: filepath.Join(dir, name+".log"), done: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(binary, args...)
	cmd.Dir = dir
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir}, env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		// The parent of Pdeathsig is the thread: one that Go ends earlier than the
		// test would take the process with it.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p.pid = cmd.Process.Pid
	return p, nil
}

// stop asks the process to end, and ends it and what it started if it does not.
func (p *process) stop() error {
	defer syscall.Kill(-p.pid, syscall.SIGKILL) //nolint:errcheck // most often none is left
	select {
	case <-p.done:
		return fmt.Errorf("%s had ended by itself: %v", p.name, p.err)
	default:
	}
	if err := syscall.Kill(p.pid, syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop %s: %w", p.name, err)
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(patience):
	}
	if err := syscall.Kill(-p.pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill %s: %w", p.name, err)
	}
	<-p.done
	return fmt.Errorf("%s did not stop within %s and was killed", p.name, patience)
}

// ready waits until check finds no error, and not for a process that has ended.
func (p *process) ready(check func() error) error {
	err := Within(patience, func() error {
		select {
		case <-p.done:
			return final{fmt.Errorf("%s has ended: %v", p.name, p.err)}
		default:
			return check()
		}
	})
	if err != nil {
		err = fmt.Errorf("%s is not ready: %w\n%s", p.name, err, p.tail())
	}
	return err
}

// tail is the end of the process's log.
func (p *process) tail() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	lines = lines[max(0, len(lines)-20):]
	return fmt.Sprintf("the end of the log of %s:\n%s\n", p.name, bytes.Join(lines, []byte("\n")))
}

// final is an error that waiting does not mend.
type final struct{ error }

// Within asks again and again until there is no error, and returns the last one when
// the time is over.
func Within(limit time.Duration, check func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := check()
		var over final
		if err == nil || errors.As(err, &over) {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("not within %s: %w", limit, err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
