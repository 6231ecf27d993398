// Package standin is what the stand-ins for somebody else's services have in common.
package standin

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const slow = 20 * time.Second

// Serve answers in the mode that MODE says, one of several, until it is asked to stop.
func Serve(what string, modes []string, add func(mux *http.ServeMux, mode string)) {
	name, mode, last := filepath.Base(os.Args[0]), os.Getenv("MODE"), len(modes)-1
	if !slices.Contains(modes, mode) {
		fmt.Fprintf(os.Stderr, "%s: MODE has to be %s or %s, not %q\n", name, strings.Join(modes[:last], ", "), modes[last], mode)
		os.Exit(2)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	add(mux, mode)
	server := &http.Server{Addr: ":" + os.Getenv("PORT"), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer release()
	go func() {
		<-stop.Done()
		server.Close()
	}()
	fmt.Printf("stand-in for %s, %s\n", what, mode)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// Linger takes as long as a slow one does; it says whether the asker is still there.
func Linger(r *http.Request) bool {
	select {
	case <-r.Context().Done():
		return false
	case <-time.After(slow):
		return true
	}
}
