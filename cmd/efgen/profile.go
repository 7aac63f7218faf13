package main

import (
	"errors"
	"os"
	"runtime/pprof"
)

// profiled calls work and leaves the profiles that are asked for.
func (c *cli) profiled(path func(string) string, work func() error) error {
	if c.CPUProfile != "" {
		file, err := os.Create(path(c.CPUProfile))
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return errors.Join(err, file.Close())
		}
		defer file.Close()
		defer pprof.StopCPUProfile()
	}
	err := work()
	if c.MemProfile == "" {
		return err
	}
	file, failed := os.Create(path(c.MemProfile))
	if failed != nil {
		return errors.Join(err, failed)
	}
	return errors.Join(err, pprof.Lookup("allocs").WriteTo(file, 0), file.Close())
}
