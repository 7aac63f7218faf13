package judge

// A node is a schema inside of a schema. A keyword that is absent has the zero
// value; the limits of sizes are then -1.
type node struct {
	// load gives the node that this one stands for, compiled when a value first
	// reaches it.
	load func() *node

	refused  bool // the schema false
	types    typeSet
	constant *any
	enum     []any
	format   *format
	title    string

	refs                []*node
	allOf, anyOf, oneOf []*node
	not                 *node
	notNull             bool // not says no more than that null is excluded
	condition           *node
	consequence         [2]*node // else, then

	minimum, maximum, above, beneath, multipleOf *float64

	minLength, maxLength int
	pattern              *pattern

	minFields, maxFields int
	required             []string
	fields               map[string]*node
	patterns             []patternField
	closed               bool // no further fields
	others               *node
	allFields            bool // it says something of every further field
	names                *node
	dependents           []dependent
	unevaluatedFields    *node

	minItems, maxItems       int
	unique                   bool
	prefix                   []*node
	full                     bool // no items after the prefix
	rest                     *node
	allItems                 bool // it says something of every item after the prefix
	contains                 *node
	minContains, maxContains int
	containsEvaluates        bool
	unevaluatedItems         *node
}

// A patternField judges the fields whose names match.
type patternField struct {
	*pattern
	*node
}

// A dependent is what a field asks of its object.
type dependent struct {
	field    string
	required []string
	schema   *node
}
