package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.test/backend"
)

var usual = map[string]string{
	"PORT": "8080", "DATABASE_URL": "postgresql://orders_api@db/orders", "DB_POOL_SIZE": "4", "REDIS_URL": "redis://db:6379",
	"PAYMENTS_URL": "http://payments", "PAYMENTS_TIMEOUT_SECONDS": "2", "CACHE": "off", "RATE_LIMIT": "off",
	"RATE_LIMIT_PER_SECOND": "20", "FALLBACK": "off", "QUEUE_RETRY": "off", "FLAGS": "/flags",
}

func settingsWith(name, value string) (settings, error) {
	changed := maps.Clone(usual)
	changed[name] = value
	return readSettings(func(asked string) string { return changed[asked] })
}

func TestSettings(t *testing.T) {
	if read, err := settingsWith("FALLBACK", "on"); err != nil || !read.fallback || read.timeout != 2*time.Second {
		t.Errorf("got %+v, %v", read, err)
	}
	for name, value := range map[string]string{"DB_POOL_SIZE": "many", "RATE_LIMIT_PER_SECOND": "0", "CACHE": "yes", "REDIS_URL": ""} {
		if _, err := settingsWith(name, value); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%q gives %v", name, value, err)
		}
	}
}

func TestFeatureIsReadEachTime(t *testing.T) {
	config := settings{flags: t.TempDir()}
	for state, wanted := range map[string]bool{"on": true, "off": false, "on\n": true} {
		if err := os.WriteFile(filepath.Join(config.flags, "new-checkout"), []byte(state), 0o600); err != nil {
			t.Fatal(err)
		}
		if config.feature("new-checkout") != wanted {
			t.Errorf("%q is not taken for %v", state, wanted)
		}
	}
	if config.feature("unknown") {
		t.Error("a feature without a file is on")
	}
}

func TestBreaker(t *testing.T) {
	asked, status := 0, http.StatusServiceUnavailable
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(status)
		fmt.Fprint(w, `{"months": 12, "cents": 100}`)
	}))
	defer server.Close()
	provider := newPayments(settings{paymentsURL: server.URL, timeout: time.Second})
	for try := range 2 * failuresToOpen {
		_, err := provider.instalments(context.Background(), 1200)
		if open := errors.Is(err, errOpen); err == nil || open != (try >= failuresToOpen) {
			t.Errorf("try %d: %v", try, err)
		}
	}
	if asked != failuresToOpen {
		t.Errorf("asked %d times", asked)
	}
	status, provider.breaker.until = http.StatusOK, time.Now()
	if offer, err := provider.instalments(context.Background(), 1200); err != nil || offer.Cents != 100 {
		t.Errorf("when it is over: %v, %v", offer, err)
	}
}

func TestSlowProviderIsATimeout(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // else the server does not see that the client has gone
		<-r.Context().Done()
	}))
	defer server.Close()
	err := newPayments(settings{paymentsURL: server.URL, timeout: 50 * time.Millisecond}).pay(context.Background(), payment{1, 100})
	if err == nil || !strings.Contains(err.Error(), "Client.Timeout exceeded while awaiting headers") || backend.StatusOf(err) != http.StatusGatewayTimeout {
		t.Errorf("got %v", err)
	}
}

func TestLimiter(t *testing.T) {
	limited, now := newLimiter(5), time.Now()
	allowed := 0
	for range 100 {
		if limited.allow("one", now) {
			allowed++
		}
	}
	if allowed != 10 || !limited.allow("other", now) {
		t.Errorf("%d allowed at once", allowed)
	}
	if !limited.allow("one", now.Add(time.Second)) {
		t.Error("nothing is allowed a second later")
	}
}

func TestRateLimitedRoute(t *testing.T) {
	api := &service{settings: settings{rateLimit: true}, limiter: newLimiter(1)}
	mux := http.NewServeMux()
	api.route(mux, "GET /", func(*http.Request) (any, error) { return "well", nil })
	var last *httptest.ResponseRecorder
	for range 3 {
		last = httptest.NewRecorder()
		mux.ServeHTTP(last, httptest.NewRequest("GET", "/", nil))
	}
	if last.Code != http.StatusTooManyRequests || last.Header().Get("Retry-After") != "1" {
		t.Errorf("got %d, %v", last.Code, last.Header())
	}
}
