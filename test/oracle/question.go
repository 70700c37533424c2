package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Question holds the fields of every ask; each handler reads the ones it needs.
type Question struct {
	ID  json.RawMessage `json:"id"`
	Ask string          `json:"ask"`

	// GVK is "v1/Pod" or "apps/v1/Deployment"; when empty it is read from the object.
	GVK         string            `json:"gvk"`
	Object      json.RawMessage   `json:"object"`
	Objects     []json.RawMessage `json:"objects"`
	Old         json.RawMessage   `json:"old"`
	To          string            `json:"to"`
	Subresource string            `json:"subresource"`
	Data        []byte            `json:"data"`
	MediaType   string            `json:"mediaType"`

	Original  json.RawMessage `json:"original"`
	Modified  json.RawMessage `json:"modified"`
	Current   json.RawMessage `json:"current"`
	Patch     json.RawMessage `json:"patch"`
	Overwrite *bool           `json:"overwrite"`

	Text  string              `json:"text"`
	Other string              `json:"other"`
	Check string              `json:"check"`
	Sets  []map[string]string `json:"sets"`
	Label string              `json:"label"`
	Nanos int64               `json:"nanos"`
	Total int                 `json:"total"`
	Up    bool                `json:"roundUp"`

	AllowMissing bool `json:"allowMissing"`
}

// groupVersionKind reads the question's GVK, or else the object's own apiVersion and kind.
func (q *Question) groupVersionKind() (schema.GroupVersionKind, error) {
	if q.GVK != "" {
		return parseGVK(q.GVK)
	}
	var meta struct{ APIVersion, Kind string }
	if err := json.Unmarshal(q.Object, &meta); err != nil {
		return schema.GroupVersionKind{}, err
	}
	if meta.Kind == "" {
		return schema.GroupVersionKind{}, fmt.Errorf("neither gvk nor the object says which kind is meant")
	}
	return schema.FromAPIVersionAndKind(meta.APIVersion, meta.Kind), nil
}

func parseGVK(text string) (schema.GroupVersionKind, error) {
	parts := strings.Split(text, "/")
	switch len(parts) {
	case 2:
		return schema.GroupVersionKind{Version: parts[0], Kind: parts[1]}, nil
	case 3:
		return schema.GroupVersionKind{Group: parts[0], Version: parts[1], Kind: parts[2]}, nil
	}
	return schema.GroupVersionKind{}, fmt.Errorf("gvk %q is neither version/Kind nor group/version/Kind", text)
}
