package main

import (
	"time"

	"example.test/backend"
)

// settings come from the environment, which the Deployment fills from its ConfigMap.
type settings struct {
	port, pprofPort string
	databaseURL     string
	poolSize        int
	providerURL     string // the one that is asked: the fallback where AI_FALLBACK is on
	fallback        bool
	timeout         time.Duration
	cache           bool
	static          bool
	batch           int
}

func readSettings(get func(string) string) (settings, error) {
	from := backend.Reader{Get: get}
	read := settings{
		port:        from.Text("PORT"),
		pprofPort:   from.Text("PPROF_PORT"),
		databaseURL: from.Text("DATABASE_URL"),
		poolSize:    from.Number("DB_POOL_SIZE"),
		providerURL: from.Text("AI_PROVIDER_URL"),
		fallback:    from.OnOff("AI_FALLBACK"),
		timeout:     from.Seconds("AI_TIMEOUT_SECONDS"),
		cache:       from.OnOff("AI_CACHE"),
		static:      from.OnOff("STATIC_ANALYSIS_ONLY"),
		batch:       from.Number("BATCH_SIZE"),
	}
	if fallback := from.Text("AI_FALLBACK_URL"); read.fallback {
		read.providerURL = fallback
	}
	return read, from.Problem
}

// words tells the settings, as a line of the log has them; what is secret is left out.
func (s settings) words() []any {
	return []any{
		"pool", s.poolSize, "provider", s.providerURL, "timeout", s.timeout, "fallback", backend.OnOrOff(s.fallback),
		"cache", backend.OnOrOff(s.cache), "static", backend.OnOrOff(s.static), "batch", s.batch,
	}
}
