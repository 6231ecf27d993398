package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"example.test/backend"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// service answers the API's requests.
type service struct {
	settings settings
	database *backend.Database
	provider *provider
	metrics  *metrics
}

func newService(config settings, d *backend.Database) *service {
	made := &service{settings: config, database: d, provider: newProvider(config)}
	made.metrics = newMetrics(made)
	return made
}

func (s *service) routes() *http.ServeMux {
	mux := http.NewServeMux()
	// Neither counted nor logged, as /healthz and /readyz.
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
		status := backend.Answer(w, value, err)
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

func (s *service) listFindings(r *http.Request) (any, error) {
	if r.PathValue("id") == "" {
		return backend.Query(r.Context(), s.database, pgx.RowToStructByPos[finding], selectFinding+" ORDER BY id DESC LIMIT 20")
	}
	repository, err := backend.Number(r)
	if err != nil {
		return nil, err
	}
	return backend.Query(r.Context(), s.database, pgx.RowToStructByPos[finding],
		selectFinding+" AND repository_id = $1 ORDER BY id DESC LIMIT 20", repository)
}

func (s *service) find(r *http.Request) (finding, error) {
	id, err := backend.Number(r)
	if err != nil {
		return finding{}, err
	}
	found, err := backend.Query(r.Context(), s.database, pgx.RowToStructByPos[finding], selectFinding+" AND id = $1", id)
	if err == nil && len(found) == 0 {
		err = backend.Problem(http.StatusNotFound, "there is no such active finding")
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
	repository, err := backend.Number(r)
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
	return map[string]error{"database": s.database.Check(ctx), "ai_provider": <-asked}
}
