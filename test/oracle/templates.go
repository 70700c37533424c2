package main

import (
	"bytes"
	"encoding/json"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/printers"
	"k8s.io/client-go/util/jsonpath"
	"k8s.io/kubectl/pkg/cmd/get"
)

// orderTrials is how often something is printed whose order may hang on Go's maps: an answer that changes is no answer.
const orderTrials = 24

// stable runs `print` several times and breaks down when its answers differ, so that such a question does not count.
func stable(print func() (string, error)) (string, error) {
	first, firstError := print()
	for trial := 1; trial < orderTrials; trial++ {
		again, err := print()
		if again != first || (err == nil) != (firstError == nil) || err != nil && err.Error() != firstError.Error() {
			panic("the answer hangs on the order of map keys")
		}
	}
	return first, firstError
}

func (q *Question) content() (map[string]any, error) {
	object := &unstructured.Unstructured{Object: map[string]any{}}
	if err := json.Unmarshal(q.Object, &object.Object); err != nil {
		return nil, err
	}
	return decodedContent(q.Object)
}

// decodedContent reads JSON as kubectl does: whole numbers are int64.
func decodedContent(raw json.RawMessage) (map[string]any, error) {
	wrapped := append(append([]byte(`{"apiVersion":"v1","kind":"Wrapper","content":`), raw...), '}')
	decoded, _, err := unstructured.UnstructuredJSONScheme.Decode(wrapped, nil, nil)
	if err != nil {
		return nil, err
	}
	return decoded.(*unstructured.Unstructured).Object["content"].(map[string]any), nil
}

// askJSONPath: the template `text` over `object`; `allowMissing` as the flag, `check` "json" for jsonpath-as-json.
func askJSONPath(q *Question) (any, error) {
	content, err := q.content()
	if err != nil {
		return nil, err
	}
	return stable(func() (string, error) {
		path := jsonpath.New("out")
		if err := path.Parse(q.Text); err != nil {
			return "", err
		}
		path.AllowMissingKeys(q.AllowMissing)
		path.EnableJSONOutput(q.Check == "json")
		var out bytes.Buffer
		err := path.Execute(&out, content)
		return out.String(), err
	})
}

// askGoTemplate: the template `text` over `object` as kubectl prints it; what was written before an error is part of the answer.
func askGoTemplate(q *Question) (any, error) {
	printer, err := printers.NewGoTemplatePrinter([]byte(q.Text))
	if err != nil {
		return nil, err
	}
	printer.AllowMissingKeys(q.AllowMissing)
	content, err := q.content()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	problem := ""
	if err := printer.PrintObj(&bareObject{unstructured.Unstructured{Object: content}}, &out); err != nil {
		problem = err.Error()
	}
	return map[string]string{"out": out.String(), "problem": problem}, nil
}

// bareObject is unstructured content of any form.
type bareObject struct{ unstructured.Unstructured }

func (b *bareObject) MarshalJSON() ([]byte, error) { return json.Marshal(b.Object) }

func unstructuredList(objects []json.RawMessage) ([]runtime.Object, error) {
	list := make([]runtime.Object, 0, len(objects))
	for _, raw := range objects {
		content, err := decodedContent(raw)
		if err != nil {
			return nil, err
		}
		list = append(list, &unstructured.Unstructured{Object: content})
	}
	return list, nil
}

// askCustomColumns: the columns `text` (or, with `check` "file", that file's content) of each of `objects`.
func askCustomColumns(q *Question) (any, error) {
	var printer *get.CustomColumnsPrinter
	var err error
	if q.Check == "file" {
		printer, err = get.NewCustomColumnsPrinterFromTemplate(strings.NewReader(q.Text), nil)
	} else {
		printer, err = get.NewCustomColumnsPrinterFromSpec(q.Text, nil, q.Check == "noHeaders")
	}
	if err != nil {
		return nil, err
	}
	objects, err := unstructuredList(q.Objects)
	if err != nil {
		return nil, err
	}
	return stable(func() (string, error) {
		copied := *printer
		var out bytes.Buffer
		writer := printers.GetNewTabWriter(&out)
		for _, object := range objects {
			if err := copied.PrintObj(object, writer); err != nil {
				return "", err
			}
		}
		err := writer.Flush()
		return out.String(), err
	})
}

// askSortBy: where each of `objects` came from after --sort-by=`text`.
func askSortBy(q *Question) (any, error) {
	positions, err := stable(func() (string, error) {
		objects, err := unstructuredList(q.Objects)
		if err != nil {
			return "", err
		}
		count := len(objects)
		sorted, err := get.SortObjects(nil, objects, q.Text)
		if err != nil {
			return "", err
		}
		positions := make([]int, count)
		for index := range positions {
			positions[index] = sorted.OriginalPosition(index)
		}
		encoded, err := json.Marshal(positions)
		return string(encoded), err
	})
	if err != nil {
		return nil, err
	}
	return json.RawMessage(positions), nil
}
