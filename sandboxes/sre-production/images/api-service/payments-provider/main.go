// A stand-in for a payments provider: it says yes to everything, and moves no money.
// MODE says how it is: well, slow or failing.
package main

import (
	"fmt"
	"net/http"
	"strconv"

	"example.test/backend/standin"
)

const months = 12

func main() {
	standin.Serve("a payments provider", []string{"well", "slow", "failing"}, func(mux *http.ServeMux, mode string) {
		answer := func(pattern string, text func(*http.Request) string) {
			mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
				if mode == "slow" && !standin.Linger(r) {
					return
				}
				w.Header().Set("Content-Type", "application/json")
				if mode == "failing" {
					w.WriteHeader(http.StatusServiceUnavailable)
					fmt.Fprintln(w, `{"error": "try again later"}`)
					return
				}
				fmt.Fprintln(w, text(r))
			})
		}
		accept := func(*http.Request) string { return `{"accepted": true}` }
		answer("POST /v1/risk-checks", accept)
		answer("POST /v1/payments", accept)
		answer("GET /v1/instalments", func(r *http.Request) string {
			cents, _ := strconv.Atoi(r.URL.Query().Get("cents"))
			return fmt.Sprintf(`{"months": %d, "cents": %d}`, months, (cents+months-1)/months)
		})
	})
}
