package source

import "slices"

// Rows is the number of rows in the table.
var Rows = len(rows)

// FieldOf is the environment field of a row.
func FieldOf(i int) string { return rows[i].field }

// RowName is a row of the table as its first two columns.
func RowName(i int) string { return rows[i].file + " " + rows[i].prefix }

// RowOf is the row that decides about a field.
func RowOf(file, field string) (i int, found bool) {
	deciding, found := longestRow(file, field)
	return slices.Index(rows, deciding), found
}

// MergeKeys and ValueAt are for tests.
var (
	MergeKeys = mergeKeys
	ValueAt   = valueAt
)
