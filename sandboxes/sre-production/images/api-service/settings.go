package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
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
		databaseURL: text("DATABASE_URL"),
		poolSize:    number("DB_POOL_SIZE"),
		redisURL:    text("REDIS_URL"),
		paymentsURL: text("PAYMENTS_URL"),
		timeout:     time.Duration(number("PAYMENTS_TIMEOUT_SECONDS")) * time.Second,
		cache:       onOff("CACHE"),
		rateLimit:   onOff("RATE_LIMIT"),
		perSecond:   number("RATE_LIMIT_PER_SECOND"),
		fallback:    onOff("FALLBACK"),
		queue:       onOff("QUEUE_RETRY"),
		flags:       text("FLAGS"),
	}
	return read, problem
}

// words tells the settings, as a line of the log has them; what is secret is left out.
func (s settings) words() []any {
	return []any{
		"pool", s.poolSize, "payments", s.paymentsURL, "timeout", s.timeout, "cache", onOrOff(s.cache),
		"rate_limit", onOrOff(s.rateLimit), "fallback", onOrOff(s.fallback), "queue_retry", onOrOff(s.queue),
	}
}

func onOrOff(value bool) string {
	if value {
		return "on"
	}
	return "off"
}

// feature says whether one is on. It is read each time: the kubelet changes the file when the ConfigMap changes.
func (s settings) feature(name string) bool {
	state, err := os.ReadFile(filepath.Join(s.flags, name))
	return err == nil && strings.TrimSpace(string(state)) == "on"
}
