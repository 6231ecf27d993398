package main

import (
	"fmt"
	"strconv"
	"time"
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
	var problem error
	text := func(name string) string {
		value := get(name)
		if value == "" && problem == nil {
			problem = fmt.Errorf("%s is not set", name)
		}
		return value
	}
	number := func(name string) int {
		value, err := strconv.Atoi(text(name))
		if (err != nil || value < 1) && problem == nil {
			problem = fmt.Errorf("%s has to be a number above 0, not %q", name, get(name))
		}
		return value
	}
	onOff := func(name string) bool {
		value := text(name)
		if value != "on" && value != "off" && problem == nil {
			problem = fmt.Errorf("%s has to be on or off, not %q", name, value)
		}
		return value == "on"
	}
	read := settings{
		port:        text("PORT"),
		pprofPort:   text("PPROF_PORT"),
		databaseURL: text("DATABASE_URL"),
		poolSize:    number("DB_POOL_SIZE"),
		providerURL: text("AI_PROVIDER_URL"),
		fallback:    onOff("AI_FALLBACK"),
		timeout:     time.Duration(number("AI_TIMEOUT_SECONDS")) * time.Second,
		cache:       onOff("AI_CACHE"),
		static:      onOff("STATIC_ANALYSIS_ONLY"),
		batch:       number("BATCH_SIZE"),
	}
	if fallback := text("AI_FALLBACK_URL"); read.fallback {
		read.providerURL = fallback
	}
	return read, problem
}

// words tells the settings, as a line of the log has them; what is secret is left out.
func (s settings) words() []any {
	return []any{
		"pool", s.poolSize, "provider", s.providerURL, "timeout", s.timeout, "fallback", onOrOff(s.fallback),
		"cache", onOrOff(s.cache), "static", onOrOff(s.static), "batch", s.batch,
	}
}

func onOrOff(value bool) string {
	if value {
		return "on"
	}
	return "off"
}
