package refused

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSchedules(t *testing.T) {
	for schedule, want := range map[string]string{
		"0 3 * * *":                        "",
		"*/15 0-6,20 1 jan-mar,12 MON-fri": "",
		"0 0 ? * 0":                        "",
		"@daily":                           "",
		"@every 1h30m":                     "",
		"":                                 "there are 0 fields, and must be 5",
		"* * * *":                          "there are 4 fields, and must be 5",
		"60 * * * *":                       `minute "60" is not within 0 to 59`,
		"* 24 * * *":                       `hour "24" is not within 0 to 23`,
		"* * 0 * *":                        `day of the month "0" is not within 1 to 31`,
		"* * * 13 *":                       `month "13" is not within 1 to 12`,
		"* * * * 7":                        `day of the week "7" is not within 0 to 6`,
		"* * * * fri-mon":                  `day of the week "fri-mon" is not within 0 to 6`,
		"*/0 * * * *":                      `minute "*/0" has no step`,
		"a * * * *":                        `minute "a" is no number`,
		"1- * * * *":                       `minute "1-" is no number`,
		"@sometimes":                       "there is no such name",
		"@every day":                       `"day" is no duration`,
	} {
		assert.Equal(t, want, cronFault(schedule), schedule)
	}
}
