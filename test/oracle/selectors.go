package main

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

type requirement struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values,omitempty"`
}

type selectorAnswer struct {
	String       string        `json:"string"`
	Empty        bool          `json:"empty"`
	Requirements []requirement `json:"requirements,omitempty"`
	Matches      []bool        `json:"matches,omitempty"`
}

func describeLabelSelector(selector labels.Selector, sets []map[string]string) selectorAnswer {
	answer := selectorAnswer{String: selector.String(), Empty: selector.Empty()}
	requirements, _ := selector.Requirements()
	for _, r := range requirements {
		answer.Requirements = append(answer.Requirements, requirement{r.Key(), string(r.Operator()), r.ValuesUnsorted()})
	}
	for i := range answer.Requirements {
		answer.Requirements[i].Values = requirements[i].Values().List()
	}
	for _, set := range sets {
		answer.Matches = append(answer.Matches, selector.Matches(labels.Set(set)))
	}
	return answer
}

// askLabelSelector: `text` parsed, printed again, and matched against each of `sets`.
func askLabelSelector(q *Question) (any, error) {
	selector, err := labels.Parse(q.Text)
	if err != nil {
		return nil, err
	}
	return describeLabelSelector(selector, q.Sets), nil
}

type labelSelectorObjectAnswer struct {
	selectorAnswer
	Formatted string `json:"formatted"`
}

// askLabelSelectorObject: the same for a metav1.LabelSelector in `object` (which may be null).
func askLabelSelectorObject(q *Question) (any, error) {
	var object *metav1.LabelSelector
	if err := json.Unmarshal(q.Object, &object); err != nil {
		return nil, err
	}
	selector, err := metav1.LabelSelectorAsSelector(object)
	if err != nil {
		return nil, err
	}
	return labelSelectorObjectAnswer{describeLabelSelector(selector, q.Sets), metav1.FormatLabelSelector(object)}, nil
}

// askFieldSelector: `text` parsed, printed again, and matched against each of `sets`.
func askFieldSelector(q *Question) (any, error) {
	selector, err := fields.ParseSelector(q.Text)
	if err != nil {
		return nil, err
	}
	answer := selectorAnswer{String: selector.String(), Empty: selector.Empty()}
	for _, r := range selector.Requirements() {
		answer.Requirements = append(answer.Requirements, requirement{r.Field, string(r.Operator), []string{r.Value}})
	}
	for _, set := range q.Sets {
		answer.Matches = append(answer.Matches, selector.Matches(fields.Set(set)))
	}
	return answer, nil
}

// askFieldLabel: what a field selector's `label` and `text` become for a kind, or why the label is refused.
func askFieldLabel(q *Question) (any, error) {
	gvk, err := q.groupVersionKind()
	if err != nil {
		return nil, err
	}
	label, value, err := legacyscheme.Scheme.ConvertFieldLabel(gvk, q.Label, q.Text)
	if err != nil {
		return nil, err
	}
	return map[string]string{"label": label, "value": value}, nil
}
