package main

import (
	"encoding/json"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	kjson "sigs.k8s.io/json"
)

// askJSONPatch: `original` with the RFC 6902 operations of `patch` applied.
func askJSONPatch(q *Question) (any, error) {
	patch, err := jsonpatch.DecodePatch(q.Patch)
	if err != nil {
		return nil, err
	}
	return rawResult(patch.Apply(q.Original))
}

// askMergePatch: `original` with the RFC 7386 `patch` applied.
func askMergePatch(q *Question) (any, error) {
	return rawResult(jsonpatch.MergePatch(q.Original, q.Patch))
}

// askStrategicMergePatch: `original` with `patch` applied as maps: nothing defaulted, nothing dropped.
func askStrategicMergePatch(q *Question) (any, error) {
	schema, err := q.schemaObject()
	if err != nil {
		return nil, err
	}
	original, patch := map[string]any{}, map[string]any{}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(q.Original, &original); err != nil {
		return nil, err
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(q.Patch, &patch); err != nil {
		return nil, err
	}
	return strategicpatch.StrategicMergeMapPatch(original, patch, schema)
}

// askServerPatch: `original` decoded and defaulted, patched strategically, decoded and defaulted again, as a PATCH request does.
func askServerPatch(q *Question) (any, error) {
	gvk, err := (&Question{GVK: q.GVK, Object: q.Original}).groupVersionKind()
	if err != nil {
		return nil, err
	}
	internal, err := decodeInternal(q.Original, gvk)
	if err != nil {
		return nil, err
	}
	versioned, err := legacyscheme.Scheme.ConvertToVersion(internal, gvk.GroupVersion())
	if err != nil {
		return nil, err
	}
	original, err := runtime.DefaultUnstructuredConverter.ToUnstructured(versioned)
	if err != nil {
		return nil, err
	}
	patch := map[string]any{}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(q.Patch, &patch); err != nil {
		return nil, err
	}
	schema, err := legacyscheme.Scheme.New(gvk)
	if err != nil {
		return nil, err
	}
	patched, err := strategicpatch.StrategicMergeMapPatch(original, patch, schema)
	if err != nil {
		return nil, err
	}
	result, err := legacyscheme.Scheme.New(gvk)
	if err != nil {
		return nil, err
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(patched, result); err != nil {
		return nil, err
	}
	legacyscheme.Scheme.Default(result)
	return encodeJSON(result, gvk.GroupVersion())
}

// askTwoWayMerge: the strategic patch that turns `original` into `modified`.
func askTwoWayMerge(q *Question) (any, error) {
	schema, err := q.schemaObject()
	if err != nil {
		return nil, err
	}
	return rawResult(strategicpatch.CreateTwoWayMergePatch(q.Original, q.Modified, schema))
}

// askThreeWayMerge: the strategic patch a client-side apply sends: `original` last applied, `modified` wanted, `current` live.
func askThreeWayMerge(q *Question) (any, error) {
	object, err := q.schemaObject()
	if err != nil {
		return nil, err
	}
	schema, err := strategicpatch.NewPatchMetaFromStruct(object)
	if err != nil {
		return nil, err
	}
	overwrite := q.Overwrite == nil || *q.Overwrite
	return rawResult(strategicpatch.CreateThreeWayMergePatch(q.Original, q.Modified, q.Current, schema, overwrite))
}

// askThreeWayJSONMerge: the same for custom resources, as an RFC 7386 patch.
func askThreeWayJSONMerge(q *Question) (any, error) {
	return rawResult(jsonmergepatch.CreateThreeWayJSONMergePatch(q.Original, q.Modified, q.Current))
}

func (q *Question) schemaObject() (runtime.Object, error) {
	gvk, err := (&Question{GVK: q.GVK, Object: q.Original}).groupVersionKind()
	if err != nil {
		return nil, err
	}
	return legacyscheme.Scheme.New(gvk)
}

func rawResult(result []byte, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return json.RawMessage(result), nil
}
