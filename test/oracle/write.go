package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	genericvalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/warning"
)

type problem struct {
	Type   string `json:"type"`
	Field  string `json:"field"`
	Detail string `json:"detail"`
	// Message is the cause's message as a Status carries it: the problem without its field.
	Message string `json:"message"`
}

type writeAnswer struct {
	Object   json.RawMessage `json:"object,omitempty"`
	Errors   []problem       `json:"errors,omitempty"`
	Message  string          `json:"message,omitempty"`
	Warnings []string        `json:"warnings,omitempty"`
	// Unordered means that upstream's order is chance: the errors are sorted by field and message, the message is left out.
	Unordered bool `json:"unordered,omitempty"`
}

// warnings collects what the strategies and validators warn of.
type warnings []string

func (w *warnings) AddWarning(_, text string) { *w = append(*w, text) }

// generatedSuffix stands for the five characters that chance would choose.
const (
	generatedSuffix        = "xxxxx"
	longestGeneratedPrefix = 63 - len(generatedSuffix)

	// createdUID is the UID of every object that a create makes: some rules copy it into labels.
	createdUID = "00000000-0000-4000-8000-000000000001"
)

// askCreate: what a POST would store, or the problems it is refused for. The UID is fixed, the creation time
// is left out, addresses and ports are not allocated, admission does not run.
func askCreate(q *Question) (any, error) {
	gvk, err := q.groupVersionKind()
	if err != nil {
		return nil, err
	}
	obj, err := decodeInternal(q.Object, gvk)
	if err != nil {
		return nil, err
	}
	if validate, special := validators[gvk.GroupKind()]; special {
		return answerWrite(gvk, obj, validate(obj), nil)
	}
	known, ok := strategiesByKind[gvk.GroupKind()]
	if !ok {
		return nil, fmt.Errorf("no strategy for %s", gvk.GroupKind())
	}
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return nil, err
	}
	fillScope(accessor, known.create.NamespaceScoped())
	accessor.SetUID(createdUID)
	accessor.SetCreationTimestamp(metav1.Time{})
	if accessor.GetName() == "" && accessor.GetGenerateName() != "" {
		prefix := accessor.GetGenerateName()
		if len(prefix) > longestGeneratedPrefix {
			prefix = prefix[:longestGeneratedPrefix]
		}
		accessor.SetName(prefix + generatedSuffix)
	}

	var warned warnings
	ctx := requestContext(gvk, "", "create", accessor, &warned)
	known.create.PrepareForCreate(ctx, obj)
	problems := known.create.Validate(ctx, obj)
	if len(problems) == 0 {
		problems = validateMeta(accessor, known.create.NamespaceScoped())
	}
	if len(problems) == 0 {
		for _, text := range known.create.WarningsOnCreate(ctx, obj) {
			warned.AddWarning("", text)
		}
		known.create.Canonicalize(obj)
	}
	return answerWrite(gvk, obj, problems, warned)
}

// askUpdate: what a PUT of `object` over the stored `old` would store, or the problems it is refused for.
func askUpdate(q *Question) (any, error) {
	gvk, err := q.groupVersionKind()
	if err != nil {
		return nil, err
	}
	obj, err := decodeInternal(q.Object, gvk)
	if err != nil {
		return nil, err
	}
	old, err := decodeInternal(q.Old, gvk)
	if err != nil {
		return nil, err
	}
	update, ok := strategiesByKind[gvk.GroupKind()].update[q.Subresource]
	if !ok {
		return nil, fmt.Errorf("no strategy for %s, subresource %q", gvk.GroupKind(), q.Subresource)
	}
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return nil, err
	}
	oldAccessor, err := meta.Accessor(old)
	if err != nil {
		return nil, err
	}
	fillScope(accessor, update.NamespaceScoped())
	fillScope(oldAccessor, update.NamespaceScoped())
	// A stored object always has a resource version; questions need not invent one.
	if oldAccessor.GetResourceVersion() == "" {
		oldAccessor.SetResourceVersion("1")
		accessor.SetResourceVersion("1")
	}

	var warned warnings
	ctx := requestContext(gvk, q.Subresource, "update", accessor, &warned)
	accessor.SetGeneration(oldAccessor.GetGeneration())
	update.PrepareForUpdate(ctx, obj, old)
	keepSystemFields(accessor, oldAccessor)
	problems := validateMeta(accessor, update.NamespaceScoped())
	problems = append(problems, genericvalidation.ValidateObjectMetaAccessorUpdate(accessor, oldAccessor, field.NewPath("metadata"))...)
	problems = append(problems, update.ValidateUpdate(ctx, obj, old)...)
	if len(problems) == 0 {
		for _, text := range update.WarningsOnUpdate(ctx, obj, old) {
			warned.AddWarning("", text)
		}
		update.Canonicalize(obj)
	}
	return answerWrite(gvk, obj, problems, warned)
}

// askValidate: only the problems of a create, or of an update when `old` is given.
func askValidate(q *Question) (any, error) {
	ask := inStableOrder(askCreate)
	if len(q.Old) > 0 {
		ask = inStableOrder(askUpdate)
	}
	answer, err := ask(q)
	if err != nil {
		return nil, err
	}
	problems := answer.(writeAnswer).Errors
	if problems == nil {
		problems = []problem{}
	}
	return problems, nil
}

// askSelectableFields: the fields that field selectors see in the object.
func askSelectableFields(q *Question) (any, error) {
	gvk, err := q.groupVersionKind()
	if err != nil {
		return nil, err
	}
	obj, err := decodeInternal(q.Object, gvk)
	if err != nil {
		return nil, err
	}
	attributes, ok := attributesByKind[gvk.GroupKind()]
	if !ok {
		return nil, fmt.Errorf("no selectable fields known for %s", gvk.GroupKind())
	}
	var selectable fields.Set
	_, selectable, err = attributes(obj)
	return selectable, err
}

func fillScope(accessor metav1.Object, namespaced bool) {
	if namespaced && accessor.GetNamespace() == "" {
		accessor.SetNamespace(metav1.NamespaceDefault)
	}
}

// keepSystemFields restores what an update can never change.
func keepSystemFields(accessor, old metav1.Object) {
	if accessor.GetUID() == "" {
		accessor.SetUID(old.GetUID())
	}
	if created := old.GetCreationTimestamp(); !created.IsZero() {
		accessor.SetCreationTimestamp(created)
	}
	if !old.GetDeletionTimestamp().IsZero() {
		accessor.SetDeletionTimestamp(old.GetDeletionTimestamp())
	}
	if old.GetDeletionGracePeriodSeconds() != nil && accessor.GetDeletionGracePeriodSeconds() == nil {
		accessor.SetDeletionGracePeriodSeconds(old.GetDeletionGracePeriodSeconds())
	}
}

func validateMeta(accessor metav1.Object, namespaced bool) field.ErrorList {
	return genericvalidation.ValidateObjectMetaAccessor(accessor, namespaced, path.ValidatePathSegmentName, field.NewPath("metadata"))
}

// requestContext is the context of a request by a cluster administrator.
func requestContext(gvk schema.GroupVersionKind, subresource, verb string, object metav1.Object, warned *warnings) context.Context {
	plural, _ := meta.UnsafeGuessKindToResource(gvk)
	ctx := request.WithNamespace(context.Background(), object.GetNamespace())
	ctx = request.WithUser(ctx, &user.DefaultInfo{Name: "admin", Groups: []string{"system:masters", "system:authenticated"}})
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{
		IsResourceRequest: true,
		Verb:              verb,
		APIGroup:          gvk.Group,
		APIVersion:        gvk.Version,
		Resource:          plural.Resource,
		Subresource:       subresource,
		Namespace:         object.GetNamespace(),
		Name:              object.GetName(),
	})
	return warning.WithWarningRecorder(ctx, warned)
}

func answerWrite(gvk schema.GroupVersionKind, obj runtime.Object, problems field.ErrorList, warned warnings) (any, error) {
	answer := writeAnswer{Warnings: warned}
	for _, each := range problems {
		answer.Errors = append(answer.Errors, problem{
			Type: string(each.Type), Field: each.Field, Detail: each.Detail, Message: each.ErrorBody(),
		})
	}
	if len(problems) > 0 {
		name := ""
		if accessor, err := meta.Accessor(obj); err == nil {
			name = accessor.GetName()
		}
		answer.Message = strings.TrimSpace(apierrors.NewInvalid(gvk.GroupKind(), name, problems).Error())
		return answer, nil
	}
	var err error
	encoded, err := encodeJSON(obj, gvk.GroupVersion())
	answer.Object = hideNow(encoded)
	return answer, err
}

// repeats is how often a refusal is asked for again, to find out whether its order depends on chance.
const repeats = 12

// inStableOrder asks again when there are several problems: upstream walks maps, so that some orders change from
// run to run. Those problems are sorted, and the answer says so.
func inStableOrder(ask handler) handler {
	return func(q *Question) (any, error) {
		result, err := ask(q)
		first, isWrite := result.(writeAnswer)
		if err != nil || !isWrite || len(first.Errors) < 2 {
			return result, err
		}
		for range repeats {
			again, err := ask(q)
			if err != nil {
				return nil, err
			}
			if !slices.Equal(first.Errors, again.(writeAnswer).Errors) {
				slices.SortFunc(first.Errors, func(a, b problem) int {
					return cmp.Or(strings.Compare(a.Field, b.Field), strings.Compare(a.Message, b.Message))
				})
				first.Message = ""
				first.Unordered = true
				break
			}
		}
		return first, nil
	}
}
