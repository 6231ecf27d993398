// A stand-in for an AI provider: the routes that Aegis uses, and answers that were written beforehand.
// MODE says how it is: well, slow, rate-limiting or failing.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const slow = 20 * time.Second

func main() {
	mode := os.Getenv("MODE")
	switch mode {
	case "well", "slow", "rate-limiting", "failing":
	default:
		fmt.Fprintf(os.Stderr, "ai-provider: MODE has to be well, slow, rate-limiting or failing, not %q\n", mode)
		os.Exit(2)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, r *http.Request) {
		if delay(w, r, mode) {
			fmt.Fprintln(w, `{"data": [{"type": "model", "id": "default"}]}`)
		}
	})
	mux.HandleFunc("POST /v1/messages", func(w http.ResponseWriter, r *http.Request) {
		if mode == "rate-limiting" {
			w.Header().Set("Retry-After", "1")
			refuse(w, http.StatusTooManyRequests, "rate_limit_error", "too many requests")
			return
		}
		if delay(w, r, mode) {
			explain(w, r)
		}
	})
	server := &http.Server{Addr: ":" + os.Getenv("PORT"), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer release()
	go func() {
		<-stop.Done()
		server.Close()
	}()
	fmt.Printf("stand-in for an AI provider, %s\n", mode)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		fmt.Fprintln(os.Stderr, "ai-provider:", err)
		os.Exit(1)
	}
}

// delay says whether to answer at all.
func delay(w http.ResponseWriter, r *http.Request, mode string) bool {
	switch mode {
	case "failing":
		refuse(w, http.StatusServiceUnavailable, "overloaded_error", "try again later")
		return false
	case "slow":
		select {
		case <-r.Context().Done():
			return false
		case <-time.After(slow):
		}
	}
	return true
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
