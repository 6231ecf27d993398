package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.test/backend"
)

// settings come from the environment, which the Deployment fills from its ConfigMap.
type settings struct {
	port        string
	databaseURL string
	poolSize    int
	redisURL    string
	paymentsURL string
	timeout     time.Duration // for the payments provider
	cache       bool
	rateLimit   bool
	perSecond   int
	fallback    bool
	queue       bool
	flags       string // the folder with a file for each feature
}

func readSettings(get func(string) string) (settings, error) {
	from := backend.Reader{Get: get}
	read := settings{
		port:        from.Text("PORT"),
		databaseURL: from.Text("DATABASE_URL"),
		poolSize:    from.Number("DB_POOL_SIZE"),
		redisURL:    from.Text("REDIS_URL"),
		paymentsURL: from.Text("PAYMENTS_URL"),
		timeout:     from.Seconds("PAYMENTS_TIMEOUT_SECONDS"),
		cache:       from.OnOff("CACHE"),
		rateLimit:   from.OnOff("RATE_LIMIT"),
		perSecond:   from.Number("RATE_LIMIT_PER_SECOND"),
		fallback:    from.OnOff("FALLBACK"),
		queue:       from.OnOff("QUEUE_RETRY"),
		flags:       from.Text("FLAGS"),
	}
	return read, from.Problem
}

// words tells the settings, as a line of the log has them; what is secret is left out.
func (s settings) words() []any {
	return []any{
		"pool", s.poolSize, "payments", s.paymentsURL, "timeout", s.timeout, "cache", backend.OnOrOff(s.cache),
		"rate_limit", backend.OnOrOff(s.rateLimit), "fallback", backend.OnOrOff(s.fallback), "queue_retry", backend.OnOrOff(s.queue),
	}
}

// feature says whether one is on. It is read each time: the kubelet changes the file when the ConfigMap changes.
func (s settings) feature(name string) bool {
	state, err := os.ReadFile(filepath.Join(s.flags, name))
	return err == nil && strings.TrimSpace(string(state)) == "on"
}
