package main

import (
	"errors"
	"os"
	"runtime/pprof"
)

// profiled calls work and leaves the profiles that are asked for.
func (c *cli) profiled(work func() error) error {
	stop, err := c.startCPUProfile()
	if err != nil {
		return err
	}
	return errors.Join(work(), stop(), c.writeMemProfile())
}

func (c *cli) startCPUProfile() (stop func() error, err error) {
	if c.CPUProfile == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(c.in(c.CPUProfile))
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

func (c *cli) writeMemProfile() error {
	if c.MemProfile == "" {
		return nil
	}
	file, err := os.Create(c.in(c.MemProfile))
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(file, 0), file.Close())
}
