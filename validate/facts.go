package validate

import "github.com/efgen/efgen/validate/manifest"

// What the checks are given.
type (
	File      = manifest.File
	Facts     = manifest.Facts
	Policy    = manifest.Policy
	Exception = manifest.Exception
)
