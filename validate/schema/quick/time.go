package quick

import (
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
