package generate

import "slices"

// SourceRows is the number of rows in the table behind Sources.
var SourceRows = len(sourceRows)

// SourceRowName is a row of that table as its first two columns.
func SourceRowName(row int) string { return sourceRows[row].file + " " + sourceRows[row].prefix }

// SourceRow is the row that decides about a field.
func SourceRow(file, field string) (row int, found bool) {
	deciding, found := longestRow(file, field)
	return slices.Index(sourceRows, deciding), found
}
