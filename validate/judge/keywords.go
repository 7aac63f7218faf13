package judge

import (
	"math"
	"regexp"
	"slices"
)

// An object is a schema that is being compiled.
type object struct {
	*compiler
	source map[string]any
	node   *node
}

// A keyword is what the drafts from since to until mean by a name.
type keyword struct {
	since, until draft
	compile      func(o object, value any)
}

// keywords are all that assert something, and those whose form a draft rules.
// Everything else is for people or for other programs.
var keywords map[string]keyword

func init() { // the table and what it names refer to each other
	always := func(compile func(object, any)) keyword { return keyword{draft4, draft2020, compile} }
	from := func(since draft, compile func(object, any)) keyword { return keyword{since, draft2020, compile} }
	keywords = map[string]keyword{
		"type":       always(object.typed),
		"enum":       always(object.enum),
		"const":      from(draft6, func(o object, v any) { o.node.constant = &v }),
		"format":     always(object.format),
		"allOf":      always(func(o object, v any) { o.node.allOf = o.schemas(v) }),
		"anyOf":      always(func(o object, v any) { o.node.anyOf = o.schemas(v) }),
		"oneOf":      always(func(o object, v any) { o.node.oneOf = o.schemas(v) }),
		"not":        always(object.not),
		"if":         from(draft7, func(o object, v any) { o.node.condition = o.schema(v) }),
		"then":       from(draft7, func(o object, v any) { o.node.consequence[1] = o.consequence(v, true) }),
		"else":       from(draft7, func(o object, v any) { o.node.consequence[0] = o.consequence(v, false) }),
		"multipleOf": always(object.multipleOf),

		"minimum":          always(func(o object, v any) { o.bound(v, "exclusiveMinimum", &o.node.minimum, &o.node.above) }),
		"maximum":          always(func(o object, v any) { o.bound(v, "exclusiveMaximum", &o.node.maximum, &o.node.beneath) }),
		"exclusiveMinimum": always(func(o object, v any) { o.exclusive(v, "minimum", &o.node.above) }),
		"exclusiveMaximum": always(func(o object, v any) { o.exclusive(v, "maximum", &o.node.beneath) }),
		"minLength":        always(func(o object, v any) { o.node.minLength = o.count(v) }),
		"maxLength":        always(func(o object, v any) { o.node.maxLength = o.count(v) }),
		"pattern":          always(object.pattern),

		"minProperties":         always(func(o object, v any) { o.node.minFields = o.count(v) }),
		"maxProperties":         always(func(o object, v any) { o.node.maxFields = o.count(v) }),
		"required":              always(func(o object, v any) { o.node.required = o.texts(v) }),
		"properties":            always(func(o object, v any) { o.node.fields = o.schemaMap(v) }),
		"patternProperties":     always(object.patternProperties),
		"additionalProperties":  always(object.additionalProperties),
		"propertyNames":         from(draft6, func(o object, v any) { o.node.names = o.schema(v) }),
		"dependencies":          always(object.dependencies),
		"dependentRequired":     from(draft2019, object.dependentRequired),
		"dependentSchemas":      from(draft2019, object.dependentSchemas),
		"unevaluatedProperties": from(draft2019, func(o object, v any) { o.node.unevaluatedFields = o.schema(v) }),

		"minItems":         always(func(o object, v any) { o.node.minItems = o.count(v) }),
		"maxItems":         always(func(o object, v any) { o.node.maxItems = o.count(v) }),
		"uniqueItems":      always(func(o object, v any) { o.node.unique = o.flag(v) }),
		"items":            always(object.items),
		"prefixItems":      from(draft2020, func(o object, v any) { o.node.prefix = o.schemas(v) }),
		"additionalItems":  {draft4, draft2019, object.additionalItems},
		"contains":         from(draft6, object.contains),
		"minContains":      from(draft2019, func(o object, v any) { o.count(v) }),
		"maxContains":      from(draft2019, func(o object, v any) { o.count(v) }),
		"unevaluatedItems": from(draft2019, func(o object, v any) { o.node.unevaluatedItems = o.schema(v) }),

		"$ref":             always(object.reference),
		"$dynamicRef":      from(draft2020, object.reference),
		"$recursiveRef":    from(draft2019, object.reference),
		"$anchor":          from(draft2019, object.anchored),
		"$dynamicAnchor":   from(draft2020, object.anchored),
		"$recursiveAnchor": from(draft2019, object.recursiveAnchor),
		"$vocabulary":      from(draft2019, object.vocabulary),
		"definitions":      always(object.definitions),
		"$defs":            from(draft2019, object.definitions),

		"id":               {draft4, draft4, object.checkText},
		"$id":              from(draft6, object.checkText),
		"$schema":          always(object.checkText),
		"$comment":         from(draft7, object.checkText),
		"title":            always(func(o object, v any) { o.node.title = o.text(v) }),
		"description":      always(object.checkText),
		"readOnly":         from(draft7, object.checkFlag),
		"writeOnly":        from(draft7, object.checkFlag),
		"deprecated":       from(draft2019, object.checkFlag),
		"examples":         from(draft7, object.checkList),
		"contentEncoding":  from(draft7, object.checkText),
		"contentMediaType": from(draft7, object.checkText),
		"contentSchema":    from(draft2019, object.checkSchema),
	}
}

func (o object) typed(value any) {
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	if isList && !o.distinct(list) {
		return
	}
	for _, item := range list {
		i := slices.IndexFunc(typeNames[:], func(name string) bool { return item == name })
		if i < 0 {
			o.fail("is %s, must be %s", shown{item}, allTypes())
			return
		}
		o.node.types |= 1 << i
	}
}

func allTypes() choice {
	var all choice
	for _, name := range slices.Sorted(slices.Values(typeNames[:])) {
		all = append(all, name)
	}
	return all
}

func (o object) enum(value any) {
	list := o.list(value)
	if o.draft < draft2019 {
		o.distinct(list)
	}
	o.node.enum = append([]any{}, list...) // an empty one allows nothing
}

func (o object) format(value any) {
	name := o.text(value)
	// From 2019 on a format is for information.
	if o.draft < draft2019 {
		o.node.format = formatOf(name)
	}
}

func (o object) not(value any) {
	o.node.not = o.schema(value)
	excluded, _ := value.(map[string]any)
	o.node.notNull = excluded["type"] == "null"
}

// consequence of a condition that holds, or does not; it means nothing without a
// condition, or with one that is never so.
func (o object) consequence(value any, holds bool) *node {
	if condition, set := o.source["if"]; !set || condition == !holds {
		o.checkSchema(value)
		return nil
	}
	return o.schema(value)
}

func (o object) multipleOf(value any) {
	if o.node.multipleOf = o.number(value); o.node.multipleOf != nil && *o.node.multipleOf <= 0 {
		o.fail("must be more than 0")
	}
}

// bound takes a limit, which in draft 4 another keyword may make exclusive.
func (o object) bound(value any, exclusive string, inclusive, strict **float64) {
	limit := o.number(value)
	if o.draft == draft4 && o.source[exclusive] == true {
		*strict = limit
	} else {
		*inclusive = limit
	}
}

func (o object) exclusive(value any, beside string, strict **float64) {
	switch _, set := o.source[beside]; {
	case o.draft > draft4:
		*strict = o.number(value)
	case !set:
		o.fail("needs %s beside it", beside)
	default:
		o.flag(value)
	}
}

func (o object) pattern(value any) {
	o.node.pattern = o.expression(o.text(value))
}

// expression compiles a regular expression when a value needs it; that of a file
// of the user's at once, for its faults.
func (o object) expression(text string) *pattern {
	p := newPattern(text)
	if o.definition == nil {
		if _, err := p.compiled(); err != nil {
			o.fail("%s is not a valid regex", shown{text})
		}
	}
	return p
}

func (o object) patternProperties(value any) {
	for text, field := range o.schemaMap(value) {
		if o.draft < draft7 && o.idle > 0 {
			continue // these drafts do not say what a name must look like
		}
		o.node.patterns = append(o.node.patterns, patternField{o.expression(text), field})
	}
}

func (o object) additionalProperties(value any) {
	o.node.allFields = true
	if open, isBool := value.(bool); isBool {
		o.node.closed = !open
	} else {
		o.node.others = o.schema(value)
	}
}

func (o object) dependencies(value any) {
	for field, value := range o.fields(value) {
		o.within(field, func() {
			d := dependent{field: field}
			if _, isList := value.([]any); isList {
				d.required = o.texts(value)
			} else {
				d.schema = o.schema(value)
			}
			o.node.dependents = append(o.node.dependents, d)
		})
	}
}

func (o object) dependentRequired(value any) {
	for field, value := range o.fields(value) {
		o.within(field, func() {
			o.node.dependents = append(o.node.dependents, dependent{field: field, required: o.texts(value)})
		})
	}
}

func (o object) dependentSchemas(value any) {
	for field, schema := range o.schemaMap(value) {
		o.node.dependents = append(o.node.dependents, dependent{field: field, schema: schema})
	}
}

func (o object) items(value any) {
	if _, isList := value.([]any); isList && o.draft < draft2020 {
		o.node.prefix = o.schemas(value)
	} else if _, isBool := value.(bool); isBool && o.draft == draft4 {
		o.fail("is a boolean, must be an object")
	} else {
		o.node.rest, o.node.allItems = o.schema(value), true
	}
}

// additionalItems means something after a list of items.
func (o object) additionalItems(value any) {
	_, afterList := o.source["items"].([]any)
	open, isBool := value.(bool)
	switch {
	case !afterList && !isBool:
		o.checkSchema(value)
	case !afterList:
	case isBool:
		o.node.full, o.node.allItems = !open, true
	default:
		o.node.rest, o.node.allItems = o.schema(value), true
	}
}

func (o object) contains(value any) {
	o.node.contains, o.node.containsEvaluates = o.schema(value), o.draft >= draft2020
	o.node.minContains = 1
	if o.draft < draft2019 {
		return
	}
	if least, set := o.source["minContains"].(float64); set {
		o.node.minContains = int(min(least, math.MaxInt32))
	}
	if most, set := o.source["maxContains"].(float64); set {
		o.node.maxContains = int(min(most, math.MaxInt32))
	}
}

func (o object) reference(value any) {
	text := o.text(value)
	if o.draft > draft4 && !isURIReference(text) {
		o.fail("%s is not a valid uri-reference", shown{text})
	}
	if o.draft >= draft2019 {
		o.refer(o.node, text)
	}
}

var anchorForms = map[bool]string{false: `^[A-Za-z][-A-Za-z0-9.:_]*$`, true: `^[A-Za-z_][-A-Za-z0-9._]*$`}

func (o object) anchored(value any) {
	name, form := o.text(value), anchorForms[o.draft >= draft2020]
	if fits, err := regexp.MatchString(form, name); err != nil || !fits {
		o.fail("%s does not match %s", shown{name}, form)
	}
	o.anchor(name, o.source)
}

func (o object) recursiveAnchor(value any) {
	if o.draft == draft2019 {
		o.flag(value)
	} else if fits, err := regexp.MatchString(anchorForms[true], o.text(value)); err != nil || !fits {
		o.fail("%s does not match %s", shown{value}, anchorForms[true])
	}
}

func (o object) vocabulary(value any) {
	for name, value := range o.fields(value) {
		o.within(name, func() {
			o.flag(value)
			if !isURI(name) {
				o.fail("is not a valid uri")
			}
		})
	}
}

// definitions are compiled when something refers to them.
func (o object) definitions(value any) {
	o.idle++
	o.schemaMap(value)
	o.idle--
}
