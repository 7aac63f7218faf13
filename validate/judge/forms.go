package judge

import "math"

func (o object) checkText(value any)   { o.text(value) }
func (o object) checkFlag(value any)   { o.flag(value) }
func (o object) checkList(value any)   { o.list(value) }
func (o object) checkSchema(value any) { o.idle++; o.schema(value); o.idle-- }

func (o object) wrong(value any, wanted string) {
	o.fail("is %s, must be %s", withArticle(typeOf(value).names()[0]), withArticle(wanted))
}

func (o object) text(value any) string {
	text, isText := value.(string)
	if !isText {
		o.wrong(value, "string")
	}
	return text
}

func (o object) flag(value any) bool {
	flag, isFlag := value.(bool)
	if !isFlag {
		o.wrong(value, "boolean")
	}
	return flag
}

func (o object) list(value any) []any {
	list, isList := value.([]any)
	if !isList {
		o.wrong(value, "array")
	}
	return list
}

func (o object) number(value any) *float64 {
	number, isNumber := value.(float64)
	if !isNumber {
		o.wrong(value, "number")
		return nil
	}
	return &number
}

func (o object) count(value any) int {
	number, isNumber := value.(float64)
	switch {
	case !isNumber || number != math.Trunc(number):
		o.wrong(value, "integer")
	case number < 0:
		o.fail("must be at least 0")
	}
	return int(min(number, math.MaxInt32))
}

// texts takes a list of different texts; draft 4 has no empty one.
func (o object) texts(value any) (texts []string) {
	list := o.list(value)
	if len(list) > 0 || o.draft == draft4 {
		o.distinct(list)
	}
	for _, item := range list {
		texts = append(texts, o.text(item))
	}
	return texts
}

// distinct checks that a list has items, no two of them equal.
func (o object) distinct(list []any) bool {
	first, second, twice := duplicates(list)
	switch {
	case len(list) == 0:
		o.fail("has 0 items, needs at least 1")
	case twice:
		o.fail("items %d and %d are equal", first, second)
	default:
		return true
	}
	return false
}
