package main

import (
	"encoding/json"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Integers that may pass 2^53 are answered as decimal strings.
type quantityAnswer struct {
	String string `json:"string"`
	Format string `json:"format"`
	Value  string `json:"value"`
	Milli  string `json:"milli"`
	Sign   int    `json:"sign"`
	Zero   bool   `json:"zero"`
}

func describeQuantity(q resource.Quantity) quantityAnswer {
	return quantityAnswer{
		String: q.String(),
		Format: string(q.Format),
		Value:  strconv.FormatInt(q.Value(), 10),
		Milli:  strconv.FormatInt(q.MilliValue(), 10),
		Sign:   q.Sign(),
		Zero:   q.IsZero(),
	}
}

// askQuantity: `text` parsed; `canonical` is what decoding and encoding it as JSON gives.
func askQuantity(q *Question) (any, error) {
	parsed, err := resource.ParseQuantity(q.Text)
	if err != nil {
		return nil, err
	}
	return describeQuantity(parsed), nil
}

type arithmeticAnswer struct {
	Compare int            `json:"compare"`
	Sum     quantityAnswer `json:"sum"`
	Less    quantityAnswer `json:"difference"`
}

// askQuantityArithmetic: `text` compared with, added to and less `other`.
func askQuantityArithmetic(q *Question) (any, error) {
	left, err := resource.ParseQuantity(q.Text)
	if err != nil {
		return nil, err
	}
	right, err := resource.ParseQuantity(q.Other)
	if err != nil {
		return nil, err
	}
	sum, less := left.DeepCopy(), left.DeepCopy()
	sum.Add(right)
	less.Sub(right)
	return arithmeticAnswer{left.Cmp(right), describeQuantity(sum), describeQuantity(less)}, nil
}

// askDuration: `text` parsed as a metav1.Duration; its canonical text and nanoseconds.
func askDuration(q *Question) (any, error) {
	raw, err := json.Marshal(q.Text)
	if err != nil {
		return nil, err
	}
	var parsed metav1.Duration
	if err := json.Unmarshal(raw, &parsed); err != nil {
		return nil, err
	}
	return map[string]string{"string": parsed.Duration.String(), "nanos": strconv.FormatInt(int64(parsed.Duration), 10)}, nil
}

// askHumanDuration: `nanos` as ages are printed.
func askHumanDuration(q *Question) (any, error) {
	span := time.Duration(q.Nanos)
	return map[string]string{"human": duration.HumanDuration(span), "short": duration.ShortHumanDuration(span), "string": span.String()}, nil
}

type timeAnswer struct {
	Time       json.RawMessage `json:"time,omitempty"`
	TimeError  string          `json:"timeError,omitempty"`
	Micro      json.RawMessage `json:"micro,omitempty"`
	MicroError string          `json:"microError,omitempty"`
}

// askTime: `text` read as metav1.Time and as metav1.MicroTime, each written again.
func askTime(q *Question) (any, error) {
	raw, err := json.Marshal(q.Text)
	if err != nil {
		return nil, err
	}
	answer := timeAnswer{}
	var seconds metav1.Time
	if err := json.Unmarshal(raw, &seconds); err != nil {
		answer.TimeError = err.Error()
	} else if answer.Time, err = json.Marshal(seconds); err != nil {
		return nil, err
	}
	var micro metav1.MicroTime
	if err := json.Unmarshal(raw, &micro); err != nil {
		answer.MicroError = err.Error()
	} else if answer.Micro, err = json.Marshal(micro); err != nil {
		return nil, err
	}
	return answer, nil
}

// askIntOrString: `text` scaled to `total`, as maxSurge and its like are.
func askIntOrString(q *Question) (any, error) {
	value := intstr.Parse(q.Text)
	return intstr.GetScaledValueFromIntOrPercent(&value, q.Total, q.Up)
}
