package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// service answers the API's requests.
type service struct {
	settings settings
	database *database
	provider *provider
	ready    atomic.Bool
	metrics  *metrics
}

func newService(config settings, d *database) *service {
	made := &service{settings: config, database: d, provider: newProvider(config)}
	made.metrics = newMetrics(made)
	return made
}

// problem is an error that is the asker's own.
type problem struct {
	status int
	text   string
}

func (p problem) Error() string { return p.text }

func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	// These three are neither counted nor logged: machines ask them all the time.
	mux.HandleFunc("GET /healthz", s.answerHealth)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !s.ready.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	s.route(mux, "GET", "/api/v1/findings", s.listFindings)
	s.route(mux, "GET", "/api/v1/findings/{id}", s.showFinding)
	s.route(mux, "GET", "/api/v1/repositories/{id}/findings", s.listFindings)
	s.route(mux, "POST", "/api/v1/findings/{id}/explanation", s.explainFinding)
	s.route(mux, "POST", "/api/v1/repositories/{id}/analysis", s.analyseRepository)
	return mux
}

// route counts and times the requests of one route, and logs those that fail.
func (s *service) route(mux *http.ServeMux, method, path string, answer func(*http.Request) (any, error)) {
	// At 0 from the start, so that a rate sees the first request.
	s.metrics.requests.WithLabelValues(method, path, "200")
	s.metrics.durations.WithLabelValues(method, path)
	mux.HandleFunc(method+" "+path, func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		value, err := answer(r)
		status := http.StatusOK
		if err != nil {
			status = statusOf(err)
			value = map[string]string{"error": err.Error()}
		}
		writeJSON(w, status, value)
		took := time.Since(began)
		s.metrics.requests.WithLabelValues(method, path, strconv.Itoa(status)).Inc()
		s.metrics.durations.WithLabelValues(method, path).Observe(took.Seconds())
		words := []any{"method", method, "path", r.URL.Path, "status", status, "ms", took.Milliseconds(), "cause", err}
		switch {
		case status >= http.StatusInternalServerError:
			slog.Error("request failed", words...)
		case err != nil:
			slog.Info("request refused", words...)
		}
	})
}

func statusOf(err error) int {
	var own problem
	var late net.Error
	switch {
	case errors.As(err, &own):
		return own.status
	case errors.As(err, &late) && late.Timeout():
		return http.StatusGatewayTimeout
	default:
		return http.StatusServiceUnavailable
	}
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(append(text, '\n'))
}

type finding struct {
	ID         int32     `json:"id"`
	Repository int32     `json:"repository"`
	Severity   string    `json:"severity"`
	Rule       string    `json:"rule"`
	Path       string    `json:"path"`
	Line       int32     `json:"line"`
	Found      time.Time `json:"found"`
}

const selectFinding = "SELECT id, repository_id, severity, rule, path, line, found_at FROM finding WHERE resolved_at IS NULL"

func number(r *http.Request) (int, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 32)
	if err != nil {
		return 0, problem{http.StatusBadRequest, "the address has to have a number"}
	}
	return int(id), nil
}

func (s *service) listFindings(r *http.Request) (any, error) {
	if r.PathValue("id") == "" {
		return query(r.Context(), s.database, pgx.RowToStructByPos[finding], selectFinding+" ORDER BY id DESC LIMIT 20")
	}
	repository, err := number(r)
	if err != nil {
		return nil, err
	}
	return query(r.Context(), s.database, pgx.RowToStructByPos[finding],
		selectFinding+" AND repository_id = $1 ORDER BY id DESC LIMIT 20", repository)
}

func (s *service) find(r *http.Request) (finding, error) {
	id, err := number(r)
	if err != nil {
		return finding{}, err
	}
	found, err := query(r.Context(), s.database, pgx.RowToStructByPos[finding], selectFinding+" AND id = $1", id)
	if err == nil && len(found) == 0 {
		err = problem{http.StatusNotFound, "there is no such active finding"}
	}
	if err != nil {
		return finding{}, err
	}
	return found[0], nil
}

func (s *service) showFinding(r *http.Request) (any, error) {
	return s.find(r)
}

func (s *service) explainFinding(r *http.Request) (any, error) {
	found, err := s.find(r)
	if err != nil {
		return nil, err
	}
	text, source := adviceFor(found.Rule), "static analysis"
	if !s.settings.static {
		question := fmt.Sprintf("Explain the finding %s (%s) in %s, line %d.", found.Rule, found.Severity, found.Path, found.Line)
		if text, source, err = s.provider.explain(r.Context(), question); err != nil {
			return nil, err
		}
	}
	slog.Info("explained", "finding", found.ID, "source", source)
	return map[string]any{"finding": found.ID, "source": source, "text": text}, nil
}

func (s *service) analyseRepository(r *http.Request) (any, error) {
	repository, err := number(r)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	found, err := analyse(r.Context(), s.database, repository, s.settings.batch)
	if err != nil {
		return nil, err
	}
	slog.Info("analysed", "repository", repository, "files", found["files"], "batches", found["batches"], "ms", time.Since(began).Milliseconds())
	return found, nil
}

// examine asks each component how it is. The provider is asked in static mode too: that tells when it is back.
func (s *service) examine(ctx context.Context) map[string]error {
	asked := make(chan error, 1)
	go func() { asked <- s.provider.check(ctx) }()
	return map[string]error{"database": s.database.check(ctx), "ai_provider": <-asked}
}

func (s *service) answerHealth(w http.ResponseWriter, r *http.Request) {
	status, said, components := http.StatusOK, "ok", map[string]string{}
	for name, err := range s.examine(r.Context()) {
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
	}{said, version, components})
}
