package validate

import "github.com/efgen/efgen/validate/manifest"

type (
	// A File is what a Checker is given.
	File = manifest.File
	// Facts are what it may know of the environment besides its files.
	Facts = manifest.Facts
	// A Policy is what the environment demands of its manifests.
	Policy = manifest.Policy
	// An Exception accepts the problems that one rule finds in one object.
	Exception = manifest.Exception
)
