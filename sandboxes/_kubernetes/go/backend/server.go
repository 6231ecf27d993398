// Package backend is what the services of the clusters have in common: settings, a database, answers in JSON, a start and an end.
package backend

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	waitForDatabase = time.Minute
	levelFatal      = slog.LevelError + 4
)

// Run works until the process is asked to stop; work that fails ends the process with 1.
func Run(work func(stop context.Context) error) {
	slog.SetDefault(newLog(os.Stdout))
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer release()
	if err := work(stop); err != nil {
		slog.Log(context.Background(), levelFatal, "cannot go on", "cause", err)
		os.Exit(1)
	}
	slog.Info("stopped")
}

// newLog gives the level above ERROR its name.
func newLog(out io.Writer) *slog.Logger {
	name := func(_ []string, field slog.Attr) slog.Attr {
		if level, ok := field.Value.Any().(slog.Level); ok && level == levelFatal {
			return slog.String(field.Key, "FATAL")
		}
		return field
	}
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{ReplaceAttr: name}))
}

// Server answers the requests of one service.
type Server struct {
	Port     string
	Version  string
	Database *Database
	Examine  func(context.Context) map[string]error // what is wrong with each component, or nil
	Routes   *http.ServeMux                         // gets /healthz and /readyz too, which are not logged: machines ask them all the time
	ready    atomic.Bool
}

// Serve answers until it is asked to stop; it is ready once the database answers. What listens beside it is served as long.
// The words are those of the settings, for the log.
func (s *Server) Serve(stop context.Context, words []any, beside ...func() error) error {
	s.addChecks()
	server := &http.Server{Addr: ":" + s.Port, Handler: s.Routes, ReadHeaderTimeout: 5 * time.Second}
	listening := append(beside, server.ListenAndServe)
	failed := make(chan error, len(listening))
	for _, listen := range listening {
		go func() { failed <- listen() }()
	}
	if err := s.Database.wait(stop, waitForDatabase); err != nil && stop.Err() == nil {
		return err
	}
	s.ready.Store(true)
	slog.Info("started", append([]any{"version", s.Version}, words...)...)
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}

	s.ready.Store(false)
	slog.Info("stopping")
	time.Sleep(time.Second) // until nobody is sent here any more
	limited, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(limited); err != nil {
		return fmt.Errorf("requests were cut off: %w", err)
	}
	return nil
}

func (s *Server) addChecks() {
	s.Routes.HandleFunc("GET /healthz", s.answerHealth)
	s.Routes.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !s.ready.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
}

func (s *Server) answerHealth(w http.ResponseWriter, r *http.Request) {
	status, said, components := http.StatusOK, "ok", map[string]string{}
	for name, err := range s.Examine(r.Context()) {
		components[name] = "ok"
		if err != nil {
			status, said, components[name] = http.StatusServiceUnavailable, "failing", err.Error()
			slog.Error("a component fails", "component", name, "cause", err)
		}
	}
	writeJSON(w, status, struct {
		Status     string            `json:"status"`
		Version    string            `json:"version"`
		Components map[string]string `json:"components"`
	}{said, s.Version, components})
}
