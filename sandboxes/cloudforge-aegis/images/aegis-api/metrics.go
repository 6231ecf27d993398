package main

import (
	"context"
	"time"

	"example.test/backend"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what Prometheus is told.
type metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
}

func newMetrics(s *service) *metrics {
	made := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "aegis_http_requests_total", Help: "Requests answered.",
		}, []string{"method", "route", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "aegis_http_request_duration_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route"}),
	}
	made.registry.MustRegister(made.requests, made.durations, current{s})
	return made
}

// current is what is looked up when Prometheus asks; nothing runs in between.
type current struct{ service *service }

var (
	healthStatus   = prometheus.NewDesc("aegis_health_status", "Whether a component answers: 1 or 0.", []string{"component"}, nil)
	findingsActive = prometheus.NewDesc("aegis_findings_active", "Findings that nobody has resolved.", []string{"severity"}, nil)
	poolInUse      = prometheus.NewDesc("aegis_db_connections_in_use", "Connections of the pool that are lent.", nil, nil)
	poolSize       = prometheus.NewDesc("aegis_db_pool_size", "Connections that the pool may open.", nil, nil)
)

func (current) Describe(described chan<- *prometheus.Desc) {
	for _, each := range []*prometheus.Desc{healthStatus, findingsActive, poolInUse, poolSize} {
		described <- each
	}
}

func (c current) Collect(found chan<- prometheus.Metric) {
	gauge := func(what *prometheus.Desc, value float64, labels ...string) {
		found <- prometheus.MustNewConstMetric(what, prometheus.GaugeValue, value, labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	stat := c.service.database.Pool.Stat()
	gauge(poolInUse, float64(stat.AcquiredConns()))
	gauge(poolSize, float64(stat.MaxConns()))
	health := c.service.examine(ctx)
	for name, err := range health {
		well := 1.0
		if err != nil {
			well = 0
		}
		gauge(healthStatus, well, name)
	}
	if health["database"] != nil {
		return
	}
	type counted struct {
		Severity string
		Count    int64
	}
	active, err := backend.Query(ctx, c.service.database, pgx.RowToStructByPos[counted],
		"SELECT severity, count(*) FROM finding WHERE resolved_at IS NULL GROUP BY severity")
	if err != nil {
		return
	}
	counts := map[string]int64{}
	for _, each := range active {
		counts[each.Severity] = each.Count
	}
	for _, severity := range severities {
		gauge(findingsActive, float64(counts[severity]), severity)
	}
}
