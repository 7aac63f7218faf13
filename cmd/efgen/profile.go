package main

import (
	"errors"
	"os"
	"runtime/pprof"
)

// profiled calls work and leaves the profiles that are asked for.
func (c *cli) profiled(path func(string) string, work func() error) error {
	stop, err := startCPUProfile(c.CPUProfile, path)
	if err != nil {
		return err
	}
	return errors.Join(work(), stop(), writeMemProfile(c.MemProfile, path))
}

func startCPUProfile(name string, path func(string) string) (stop func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(path(name))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return file.Close()
	}, nil
}

func writeMemProfile(name string, path func(string) string) error {
	if name == "" {
		return nil
	}
	file, err := os.Create(path(name))
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(file, 0), file.Close())
}
