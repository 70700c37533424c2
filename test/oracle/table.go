package main

import (
	"context"
	"encoding/json"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/printers"
	printersinternal "k8s.io/kubernetes/pkg/printers/internalversion"
)

var tableGenerator = printers.NewTableGenerator().With(printersinternal.AddHandlers)

type tableRow struct {
	Cells      []any                      `json:"cells"`
	Conditions []metav1.TableRowCondition `json:"conditions,omitempty"`
}

type tableColumn struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Format   string `json:"format"`
	Priority int32  `json:"priority"`
}

type tableAnswer struct {
	Columns []tableColumn `json:"columns"`
	Rows    []tableRow    `json:"rows"`
}

// askTable: the columns and cells that the server prints for `object` or `objects`, after defaulting them.
func askTable(q *Question) (any, error) {
	objects := q.Objects
	if len(objects) == 0 {
		objects = []json.RawMessage{q.Object}
	}
	answer := tableAnswer{}
	for _, raw := range objects {
		gvk, err := (&Question{GVK: q.GVK, Object: raw}).groupVersionKind()
		if err != nil {
			return nil, err
		}
		obj, err := decodeInternal(raw, gvk)
		if err != nil {
			return nil, err
		}
		table, err := generateTable(obj, gvk)
		if err != nil {
			return nil, err
		}
		answer.Columns = nil
		for _, column := range table.ColumnDefinitions {
			answer.Columns = append(answer.Columns, tableColumn{column.Name, column.Type, column.Format, column.Priority})
		}
		for _, row := range table.Rows {
			answer.Rows = append(answer.Rows, tableRow{Cells: row.Cells, Conditions: row.Conditions})
		}
	}
	return answer, nil
}

// generateTable uses the kind's own printer, or the two columns that the server falls back to.
func generateTable(obj runtime.Object, gvk schema.GroupVersionKind) (*metav1.Table, error) {
	table, err := tableGenerator.GenerateTable(obj, printers.GenerateOptions{Wide: true})
	if err == nil {
		return table, nil
	}
	plural, _ := meta.UnsafeGuessKindToResource(gvk)
	return rest.NewDefaultTableConvertor(plural.GroupResource()).ConvertToTable(context.Background(), obj, &metav1.TableOptions{})
}
