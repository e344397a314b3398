// Package tap writes TAP version 13 (https://testanything.org): as much of it as the validation suite's programs call.
// They import github.com/mndrix/tap-go, which Debian does not package; this is our own, with the same names.
package tap

import (
	"encoding/json"
	"fmt"
	"strings"
)

// T counts the assertions of one program.
type T struct {
	count *int
	todo  bool
}

// New begins with no assertion.
func New() *T { return &T{count: new(int)} }

// Todo is the same count, with assertions that need not hold yet.
func (t *T) Todo() *T { return &T{count: t.count, todo: true} }

// Header begins the output; with a plan if the number of assertions is known.
func (t *T) Header(assertions int) {
	fmt.Println("TAP version 13")
	if assertions > 0 {
		fmt.Printf("1..%d\n", assertions)
	}
}

// AutoPlan ends the output with the number of assertions that were made.
func (t *T) AutoPlan() { fmt.Printf("1..%d\n", *t.count) }

// Ok makes one assertion.
func (t *T) Ok(holds bool, description string) {
	*t.count++
	result, directive := "ok", "-"
	if !holds {
		result = "not ok"
	}
	if t.todo {
		directive = "# TODO"
	}
	fmt.Println(result, *t.count, directive, description)
}

// Pass is an assertion that holds.
func (t *T) Pass(description string) { t.Ok(true, description) }

// Fail is an assertion that does not.
func (t *T) Fail(description string) { t.Ok(false, description) }

// Skip is that many assertions that were not tried.
func (t *T) Skip(assertions int, reason string) {
	for ; assertions > 0; assertions-- {
		*t.count++
		fmt.Println("ok", *t.count, "# SKIP", reason)
	}
}

// Diagnostic is for the reader only.
func (t *T) Diagnostic(text string) {
	for _, line := range strings.Split(text, "\n") {
		fmt.Println("#", line)
	}
}

// Diagnosticf is the same with a format.
func (t *T) Diagnosticf(format string, values ...interface{}) {
	t.Diagnostic(fmt.Sprintf(format, values...))
}

// YAML adds a block to the assertion before it; JSON is YAML too.
func (t *T) YAML(value interface{}) error {
	text, err := json.MarshalIndent(value, "  ", "  ")
	if err == nil {
		fmt.Printf("  ---\n  %s\n  ...\n", text)
	}
	return err
}
