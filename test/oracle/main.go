// The oracle answers questions about what upstream Kubernetes does: one JSON question a line in, one JSON answer a line out.
//
// Invariants:
//  1. Answers come in the order of the questions and carry their ids.
//  2. A question that upstream's code panics on gets an error as its answer; the process lives on.
//  3. The same question always gets the same answer: no clock, no chance, no look-up outside the process.
//     Only `$now…` placeholders (see now.go) depend on the time, and they exist so that ages do not.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"

	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/capabilities"
)

// handler answers one kind of question. Its answer is encoded as JSON.
type handler func(question *Question) (any, error)

// handlers is the explicit list of what can be asked.
var handlers = map[string]handler{
	"canonical": askCanonical,
	"default":   askDefault,
	"convert":   askConvert,
	"encode":    askEncode,
	"decode":    askDecode,

	"strictDecode": askStrictDecode,

	"create":   inStableOrder(askCreate),
	"update":   inStableOrder(askUpdate),
	"validate": askValidate,

	"table":            askTable,
	"selectableFields": askSelectableFields,

	"jsonPatch":           askJSONPatch,
	"mergePatch":          askMergePatch,
	"strategicMergePatch": askStrategicMergePatch,
	"serverPatch":         askServerPatch,
	"twoWayMerge":         askTwoWayMerge,
	"threeWayMerge":       askThreeWayMerge,
	"threeWayJSONMerge":   askThreeWayJSONMerge,

	"quantity":           askQuantity,
	"quantityArithmetic": askQuantityArithmetic,
	"duration":           askDuration,
	"humanDuration":      askHumanDuration,
	"time":               askTime,
	"intOrString":        askIntOrString,

	"labelSelector":       askLabelSelector,
	"labelSelectorObject": askLabelSelectorObject,
	"fieldSelector":       askFieldSelector,
	"fieldLabel":          askFieldLabel,
	"name":                askName,

	"jsonPath":      askJSONPath,
	"goTemplate":    askGoTemplate,
	"customColumns": askCustomColumns,
	"sortBy":        askSortBy,
	"cron":          askCron,
}

type reply struct {
	ID     json.RawMessage `json:"id,omitempty"`
	Answer any             `json:"answer,omitempty"`
	Error  string          `json:"error,omitempty"`
}

func main() {
	klog.SetOutput(os.Stderr)
	klog.LogToStderr(false)
	// Sorting by something that has no order ends kubectl; here it only ends the question.
	klog.OsExit = func(int) { panic("upstream ends the process") }
	// As every cluster does that runs anything of its own in Pods; the API server's flag is --allow-privileged.
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
	handlers["asks"] = askAsks

	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriterSize(os.Stdout, 1<<20)
	for {
		line, err := input.ReadBytes('\n')
		if len(line) > 1 {
			writeReply(output, answer(line))
		}
		// Flush only when the caller has to wait for it anyway, so that pipelined questions share system calls.
		if input.Buffered() == 0 || err != nil {
			output.Flush()
		}
		if err != nil {
			return
		}
	}
}

func answer(line []byte) (out reply) {
	var question Question
	defer func() {
		if cause := recover(); cause != nil {
			out = reply{ID: question.ID, Error: fmt.Sprintf("panic: %v", cause)}
		}
	}()
	if err := json.Unmarshal(expandNow(line), &question); err != nil {
		return reply{ID: question.ID, Error: "not a question: " + err.Error()}
	}
	ask, known := handlers[question.Ask]
	if !known {
		return reply{ID: question.ID, Error: fmt.Sprintf("unknown ask %q; see the ask \"asks\"", question.Ask)}
	}
	result, err := ask(&question)
	if err != nil {
		return reply{ID: question.ID, Error: err.Error()}
	}
	return reply{ID: question.ID, Answer: result}
}

func writeReply(output *bufio.Writer, out reply) {
	encoder := json.NewEncoder(output)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		fallback, _ := json.Marshal(reply{ID: out.ID, Error: "answer cannot be encoded: " + err.Error()})
		output.Write(append(fallback, '\n'))
	}
}

func askAsks(*Question) (any, error) {
	names := make([]string, 0, len(handlers))
	for name := range handlers {
		names = append(names, name)
	}
	sort.Strings(names)
	return names, nil
}
