// A stand-in for a payments provider: it says yes to everything, and moves no money.
// MODE says how it is: well, slow or failing.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

const (
	slow   = 20 * time.Second
	months = 12
)

func main() {
	mode := os.Getenv("MODE")
	switch mode {
	case "well", "slow", "failing":
	default:
		fmt.Fprintf(os.Stderr, "payments-provider: MODE has to be well, slow or failing, not %q\n", mode)
		os.Exit(2)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	answer := func(pattern string, text func(*http.Request) string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if mode == "slow" {
				select {
				case <-r.Context().Done():
					return
				case <-time.After(slow):
				}
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
	server := &http.Server{Addr: ":" + os.Getenv("PORT"), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer release()
	go func() {
		<-stop.Done()
		server.Close()
	}()
	fmt.Printf("stand-in for a payments provider, %s\n", mode)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		fmt.Fprintln(os.Stderr, "payments-provider:", err)
		os.Exit(1)
	}
}
