// A stand-in for an AI provider: the routes that Aegis uses, and answers that were written beforehand.
// MODE says how it is: well, slow, rate-limiting or failing.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"example.test/backend/standin"
)

func main() {
	standin.Serve("an AI provider", []string{"well", "slow", "rate-limiting", "failing"}, func(mux *http.ServeMux, mode string) {
		mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, r *http.Request) {
			if answers(w, r, mode) {
				fmt.Fprintln(w, `{"data": [{"type": "model", "id": "default"}]}`)
			}
		})
		mux.HandleFunc("POST /v1/messages", func(w http.ResponseWriter, r *http.Request) {
			if mode == "rate-limiting" {
				w.Header().Set("Retry-After", "1")
				refuse(w, http.StatusTooManyRequests, "rate_limit_error", "too many requests")
				return
			}
			if answers(w, r, mode) {
				explain(w, r)
			}
		})
	})
}

// answers says whether to answer at all.
func answers(w http.ResponseWriter, r *http.Request, mode string) bool {
	if mode == "failing" {
		refuse(w, http.StatusServiceUnavailable, "overloaded_error", "try again later")
		return false
	}
	return mode != "slow" || standin.Linger(r)
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, "{\"type\": \"error\", \"error\": {\"type\": %q, \"message\": %q}}\n", kind, message)
}

func explain(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Messages []struct{ Content string } }
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&asked); err != nil || len(asked.Messages) == 0 {
		refuse(w, http.StatusBadRequest, "invalid_request_error", "there is no message")
		return
	}
	text := "A stand-in wrote this beforehand; it was asked: " + asked.Messages[0].Content
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{
		"type": "message", "role": "assistant", "content": []map[string]string{{"type": "text", "text": text}},
	})
}
