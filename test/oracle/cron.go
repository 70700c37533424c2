package main

import (
	"time"

	"github.com/robfig/cron/v3"
)

// askCron: the first `total` activations of the schedule `text` after `other` (RFC 3339), in seconds since 1970.
func askCron(q *Question) (any, error) {
	schedule, err := cron.ParseStandard(q.Text)
	if err != nil {
		return nil, err
	}
	moment, err := time.Parse(time.RFC3339Nano, q.Other)
	if err != nil {
		return nil, err
	}
	moment = moment.UTC()
	activations := []int64{}
	for len(activations) < q.Total {
		moment = schedule.Next(moment)
		if moment.IsZero() {
			break
		}
		activations = append(activations, moment.Unix())
	}
	return activations, nil
}
