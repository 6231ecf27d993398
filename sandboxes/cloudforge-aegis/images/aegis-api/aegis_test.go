package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.test/backend"
)

var usual = map[string]string{
	"PORT": "8080", "PPROF_PORT": "6060", "DATABASE_URL": "postgresql://aegis_api@db/aegis", "DB_POOL_SIZE": "10",
	"AI_PROVIDER_URL": "http://one", "AI_FALLBACK_URL": "http://two", "AI_FALLBACK": "off", "AI_TIMEOUT_SECONDS": "10",
	"AI_CACHE": "off", "STATIC_ANALYSIS_ONLY": "off", "BATCH_SIZE": "200",
}

func settingsWith(name, value string) (settings, error) {
	changed := maps.Clone(usual)
	changed[name] = value
	return readSettings(func(asked string) string { return changed[asked] })
}

func TestSettings(t *testing.T) {
	if read, err := settingsWith("AI_FALLBACK", "on"); err != nil || read.providerURL != "http://two" || read.timeout != 10*time.Second {
		t.Errorf("got %+v, %v", read, err)
	}
	for name, value := range map[string]string{"DB_POOL_SIZE": "many", "BATCH_SIZE": "0", "AI_CACHE": "yes", "DATABASE_URL": ""} {
		if _, err := settingsWith(name, value); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%q gives %v", name, value, err)
		}
	}
}

// stub is a provider that gives these statuses, one after the other, then 200.
func stub(t *testing.T, timeout time.Duration, cache bool, statuses ...int) *provider {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // else the server does not see that the client has gone
		if len(statuses) > 0 {
			status := statuses[0]
			statuses = statuses[1:]
			if status == 0 {
				<-r.Context().Done()
				return
			}
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(status)
			return
		}
		fmt.Fprint(w, `{"content": [{"type": "text", "text": "because"}]}`)
	}))
	t.Cleanup(server.Close)
	return newProvider(settings{providerURL: server.URL, timeout: timeout, cache: cache})
}

func TestProvider(t *testing.T) {
	for _, each := range []struct {
		name, fails string
		late        bool
		statuses    []int
	}{
		{name: "well"},
		{name: "asks again", statuses: []int{429, 429}},
		{name: "gives up", statuses: []int{429, 429, 429}, fails: "rate_limit: 429 Too Many Requests, asked 3 times"},
		{name: "failing", statuses: []int{503}, fails: "503 Service Unavailable"},
		{name: "slow", statuses: []int{0}, fails: "Client.Timeout exceeded while awaiting headers", late: true},
	} {
		t.Run(each.name, func(t *testing.T) {
			asked := stub(t, 200*time.Millisecond, false, each.statuses...)
			text, source, err := asked.explain(context.Background(), "why?")
			if each.fails == "" && (err != nil || text != "because" || source != "provider") {
				t.Errorf("got %q, %q, %v", text, source, err)
			}
			if each.fails != "" && (err == nil || !strings.Contains(err.Error(), each.fails)) {
				t.Errorf("got %v", err)
			}
			if late := err != nil && backend.StatusOf(err) == http.StatusGatewayTimeout; late != each.late {
				t.Errorf("%v gives the status %d", err, backend.StatusOf(err))
			}
			if well := asked.check(context.Background()) == nil; well != (each.fails == "") {
				t.Errorf("its check says well: %v", well)
			}
		})
	}
}

func TestCachedAnswer(t *testing.T) {
	asked := stub(t, time.Second, true)
	for _, wanted := range []string{"provider", "cache"} {
		if _, source, err := asked.explain(context.Background(), "why?"); err != nil || source != wanted {
			t.Errorf("got %q, %v", source, err)
		}
	}
}

func TestRules(t *testing.T) {
	found := map[string]int{}
	count("password = \"correct horse\"\nDEBUG = true\nhash := md5(x)\nDEBUG = true\n", found)
	if found["critical"] != 1 || found["low"] != 2 || found["medium"] != 1 || found["high"] != 0 {
		t.Errorf("got %v", found)
	}
}
