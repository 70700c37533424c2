package main

import (
	"encoding/json"
	"regexp"
	"time"
)

// A string "$now", "$now-5m" or "$now+1h30m" in a question stands for that moment, so that recorded ages stay true;
// "$nowMicro-5m" is written in microseconds, for the fields that insist on them.
var nowPlaceholder = regexp.MustCompile(`"\$now(Micro)?([+-][0-9a-z]+)?"`)

func expandNow(line []byte) []byte {
	now := time.Now().UTC()
	return nowPlaceholder.ReplaceAllFunc(line, func(match []byte) []byte {
		offset, layout := time.Duration(0), `"2006-01-02T15:04:05Z"`
		parts := nowPlaceholder.FindSubmatch(match)
		if len(parts[1]) > 0 {
			layout = `"2006-01-02T15:04:05.000000Z"`
		}
		if text := string(parts[2]); text != "" {
			parsed, err := time.ParseDuration(text)
			if err != nil {
				return match
			}
			offset = parsed
		}
		return []byte(now.Add(offset).Format(layout))
	})
}

var timestamp = regexp.MustCompile(`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"`)

// nowSlack is how far from now a time may lie and still have been set by the question itself.
const nowSlack = 5 * time.Second

// hideNow puts "$now" where a rule wrote the present into an object, so that answers do not depend on the time.
func hideNow(encoded json.RawMessage) json.RawMessage {
	return timestamp.ReplaceAllFunc(encoded, func(match []byte) []byte {
		moment, err := time.Parse(time.RFC3339, string(match[1:len(match)-1]))
		if err == nil && time.Since(moment).Abs() < nowSlack {
			return []byte(`"$now"`)
		}
		return match
	})
}
