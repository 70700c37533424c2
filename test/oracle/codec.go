package main

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

const (
	mediaTypeJSON     = "application/json"
	mediaTypeProtobuf = "application/vnd.kubernetes.protobuf"
)

func serializerFor(mediaType string) (runtime.SerializerInfo, error) {
	if mediaType == "" {
		mediaType = mediaTypeJSON
	}
	info, ok := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), mediaType)
	if !ok {
		return info, fmt.Errorf("no serializer for %q", mediaType)
	}
	return info, nil
}

// decodeVersioned reads bytes into the versioned type, without defaults.
func decodeVersioned(data []byte, gvk schema.GroupVersionKind) (runtime.Object, error) {
	obj, _, err := legacyscheme.Codecs.UniversalDeserializer().Decode(data, &gvk, nil)
	return obj, err
}

// decodeInternal reads bytes as the server does: defaults applied, converted to the internal type.
func decodeInternal(data []byte, gvk schema.GroupVersionKind) (runtime.Object, error) {
	info, err := serializerFor(mediaTypeJSON)
	if err != nil {
		return nil, err
	}
	obj, _, err := legacyscheme.Codecs.DecoderToVersion(info.Serializer, runtime.InternalGroupVersioner).Decode(data, &gvk, nil)
	return obj, err
}

// encodeAs converts an object to a version and writes it in a media type.
func encodeAs(obj runtime.Object, version schema.GroupVersion, mediaType string) ([]byte, error) {
	info, err := serializerFor(mediaType)
	if err != nil {
		return nil, err
	}
	return runtime.Encode(legacyscheme.Codecs.EncoderForVersion(info.Serializer, version), obj)
}

func encodeJSON(obj runtime.Object, version schema.GroupVersion) (json.RawMessage, error) {
	return encodeAs(obj, version, mediaTypeJSON)
}

// askCanonical: the object as the versioned type writes it, without defaults.
func askCanonical(q *Question) (any, error) {
	gvk, err := q.groupVersionKind()
	if err != nil {
		return nil, err
	}
	obj, err := decodeVersioned(q.Object, gvk)
	if err != nil {
		return nil, err
	}
	return encodeJSON(obj, gvk.GroupVersion())
}

// askDefault: the object with the versioned type's defaults, as a decode followed by an encode shows it.
func askDefault(q *Question) (any, error) {
	gvk, err := q.groupVersionKind()
	if err != nil {
		return nil, err
	}
	obj, err := decodeInternal(q.Object, gvk)
	if err != nil {
		return nil, err
	}
	return encodeJSON(obj, gvk.GroupVersion())
}

// askConvert: the object, defaulted in its own version, in the version named by `to` ("apps/v1" or "v1").
func askConvert(q *Question) (any, error) {
	gvk, err := q.groupVersionKind()
	if err != nil {
		return nil, err
	}
	to, err := schema.ParseGroupVersion(q.To)
	if err != nil {
		return nil, err
	}
	obj, err := decodeInternal(q.Object, gvk)
	if err != nil {
		return nil, err
	}
	return encodeJSON(obj, to)
}

// askEncode: the object's bytes (base64) in mediaType, protobuf unless told otherwise; no defaults are applied.
func askEncode(q *Question) (any, error) {
	gvk, err := q.groupVersionKind()
	if err != nil {
		return nil, err
	}
	obj, err := decodeVersioned(q.Object, gvk)
	if err != nil {
		return nil, err
	}
	mediaType := q.MediaType
	if mediaType == "" {
		mediaType = mediaTypeProtobuf
	}
	return encodeAs(obj, gvk.GroupVersion(), mediaType)
}

// askDecode: the object in base64 `data` (protobuf with its envelope, JSON or YAML) as JSON, without defaults.
func askDecode(q *Question) (any, error) {
	var fallback *schema.GroupVersionKind
	if q.GVK != "" {
		gvk, err := parseGVK(q.GVK)
		if err != nil {
			return nil, err
		}
		fallback = &gvk
	}
	obj, gvk, err := legacyscheme.Codecs.UniversalDeserializer().Decode(q.Data, fallback, nil)
	if err != nil {
		return nil, err
	}
	return encodeJSON(obj, gvk.GroupVersion())
}

type strictAnswer struct {
	Object json.RawMessage `json:"object,omitempty"`
	// Strict errors are what field validation warns of, or refuses, one by one.
	Strict []string `json:"strict,omitempty"`
	// Error is a failure that no field validation mode forgives.
	Error string `json:"error,omitempty"`
}

// askStrictDecode: decodes `text` (or the object) as the server's strict decoder does, with defaults.
func askStrictDecode(q *Question) (any, error) {
	info, err := serializerFor(q.MediaType)
	if err != nil {
		return nil, err
	}
	body := []byte(q.Text)
	if q.Text == "" {
		body = q.Object
	}
	gvk, err := parseGVK(q.GVK)
	if err != nil {
		return nil, err
	}
	into, err := newInternal(gvk)
	if err != nil {
		return nil, err
	}
	decoder := legacyscheme.Codecs.DecoderToVersion(info.StrictSerializer, runtime.InternalGroupVersioner)
	obj, actual, err := decoder.Decode(body, &gvk, into)
	answer := strictAnswer{}
	if err != nil {
		strict, ok := runtime.AsStrictDecodingError(err)
		if !ok || obj == nil {
			answer.Error = err.Error()
			return answer, nil
		}
		for _, problem := range strict.Errors() {
			answer.Strict = append(answer.Strict, problem.Error())
		}
	}
	answer.Object, err = encodeJSON(obj, actual.GroupVersion())
	return answer, err
}

func newInternal(gvk schema.GroupVersionKind) (runtime.Object, error) {
	versioned, err := legacyscheme.Scheme.New(gvk)
	if err != nil {
		return nil, err
	}
	return legacyscheme.Scheme.UnsafeConvertToVersion(versioned, runtime.InternalGroupVersioner)
}
