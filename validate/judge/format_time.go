package judge

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func isDateTime(s string) bool {
	return len(s) >= 20 && (s[10] == 'T' || s[10] == 't') && isDate(s[:10]) && isTime(s[11:])
}

// isTime follows RFC 3339: a leap second is one that ends a day in UTC.
func isTime(s string) bool {
	if len(s) < 9 || s[2] != ':' || s[5] != ':' {
		return false
	}
	hour, minute, second := below(s[:2], 24), below(s[3:5], 60), below(s[6:8], 61)
	if hour < 0 || minute < 0 || second < 0 {
		return false
	}
	zone := s[8:]
	if fraction, found := strings.CutPrefix(zone, "."); found {
		if zone = strings.TrimLeft(fraction, "0123456789"); zone == fraction {
			return false
		}
	}
	offset := 0
	if zone != "Z" && zone != "z" {
		if len(zone) != 6 || zone[0] != '+' && zone[0] != '-' || zone[3] != ':' {
			return false
		}
		hours, minutes := below(zone[1:3], 24), below(zone[4:], 60)
		if hours < 0 || minutes < 0 {
			return false
		}
		if offset = hours*60 + minutes; zone[0] == '+' {
			offset = -offset
		}
	}
	inUTC := hour*60 + minute + offset
	if inUTC < 0 {
		inUTC += 24 * 60
	}
	return second < 60 || inUTC == 23*60+59
}

// below reads a number below a limit; -1 is none.
func below(s string, limit int) int {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n < limit {
		return n
	}
	return -1
}

// isDuration takes what Go takes, any text with a number before a unit, as the
// API server does, and ISO 8601.
func isDuration(s string) bool {
	_, err := time.ParseDuration(s)
	return err == nil || isLooseDuration(s) || isISODuration(s)
}

func isLooseDuration(s string) bool {
	found := false
	for _, part := range regexp.MustCompile(`(\d+)\s*([A-Za-zµ]+)`).FindAllStringSubmatch(s, -1) {
		if _, err := strconv.Atoi(part[1]); err != nil {
			return false
		}
		found = found || isUnit(strings.ToLower(part[2]))
	}
	return found
}

// isUnit takes the short names of units and whatever begins as the long ones.
func isUnit(s string) bool {
	short := []string{"ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk"}
	long := []string{"nano", "micro", "milli", "sec", "min", "hour", "day", "week"}
	return slices.ContainsFunc(short, func(unit string) bool { return strings.EqualFold(unit, s) }) ||
		slices.ContainsFunc(long, func(unit string) bool { return strings.HasPrefix(s, unit) })
}

func isISODuration(s string) bool {
	s, found := strings.CutPrefix(s, "P")
	if !found || s == "" {
		return false
	}
	if weeks, found := strings.CutSuffix(s, "W"); found {
		return weeks != "" && strings.Trim(weeks, "0123456789") == ""
	}
	days, hours, timed := strings.Cut(s, "T")
	return counts(days, "YMD") && (!timed || hours != "" && counts(hours, "HMS"))
}

// counts takes numbers with these units, in this order, each at most once.
func counts(s, units string) bool {
	for s != "" {
		rest := strings.TrimLeft(s, "0123456789")
		if rest == s || rest == "" {
			return false
		}
		at := strings.IndexByte(units, rest[0])
		if at < 0 {
			return false
		}
		s, units = rest[1:], units[at+1:]
	}
	return true
}

func isPeriod(s string) bool {
	start, end, found := strings.Cut(s, "/")
	switch {
	case !found:
		return false
	case strings.HasPrefix(start, "P"):
		return isISODuration(start) && isDateTime(end)
	case strings.HasPrefix(end, "P"):
		return isDateTime(start) && isISODuration(end)
	}
	return isDateTime(start) && isDateTime(end)
}
