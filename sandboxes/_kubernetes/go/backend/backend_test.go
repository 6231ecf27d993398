package backend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestReader(t *testing.T) {
	values := map[string]string{"SIZE": "4", "CACHE": "on", "WRONG": "0"}
	for wanted, read := range map[string]func(*Reader){
		"NONE is not set": func(r *Reader) { r.Number("NONE") },
		`WRONG has to be a number above 0, not "0"`:  func(r *Reader) { r.Number("WRONG"); r.Text("NONE") },
		`CACHE has to be a number above 0, not "on"`: func(r *Reader) { r.Seconds("CACHE") },
		`SIZE has to be on or off, not "4"`:          func(r *Reader) { r.OnOff("SIZE") },
	} {
		from := Reader{Get: func(name string) string { return values[name] }}
		if from.Seconds("SIZE") != 4*time.Second || !from.OnOff("CACHE") || from.Problem != nil {
			t.Errorf("got %+v", from)
		}
		if read(&from); from.Problem == nil || from.Problem.Error() != wanted {
			t.Errorf("got %v, not %s", from.Problem, wanted)
		}
	}
}

func TestAnswer(t *testing.T) {
	for status, err := range map[int]error{404: Problem(404, "none"), 503: errors.New("away"), 504: context.DeadlineExceeded} {
		answered := httptest.NewRecorder()
		if got := Answer(answered, "lost", fmt.Errorf("because: %w", err)); got != status || answered.Code != status {
			t.Errorf("%v gives %d and sends %d", err, got, answered.Code)
		}
		if wanted := fmt.Sprintf("{\n  \"error\": \"because: %v\"\n}\n", err); answered.Body.String() != wanted {
			t.Errorf("got %s", answered.Body)
		}
	}
}

func TestChecks(t *testing.T) {
	var fault error
	server := &Server{Version: "1", Routes: http.NewServeMux(), Examine: func(context.Context) map[string]error {
		return map[string]error{"database": nil, "redis": fault}
	}}
	server.addChecks()
	ask := func(path string, status int, text string) {
		answered := httptest.NewRecorder()
		server.Routes.ServeHTTP(answered, httptest.NewRequest("GET", path, nil))
		if answered.Code != status || strings.Join(strings.Fields(answered.Body.String()), " ") != text {
			t.Errorf("%s gives %d, %s", path, answered.Code, answered.Body)
		}
	}
	ask("/readyz", 503, "")
	server.ready.Store(true)
	ask("/readyz", 200, "")
	ask("/healthz", 200, `{ "status": "ok", "version": "1", "components": { "database": "ok", "redis": "ok" } }`)
	fault = errors.New("away")
	ask("/healthz", 503, `{ "status": "failing", "version": "1", "components": { "database": "ok", "redis": "away" } }`)
}

func TestDatabaseThatIsAway(t *testing.T) {
	database, err := OpenDatabase("test", "postgresql://nobody@127.0.0.1:1/none", 1, func(*pgx.ConnConfig) {})
	if err != nil {
		t.Fatal(err)
	}
	defer database.Pool.Close()
	err = database.wait(context.Background(), 300*time.Millisecond)
	if err == nil || !strings.HasPrefix(err.Error(), "database: failed to connect") || StatusOf(err) != 503 {
		t.Errorf("got %v", err)
	}
}

func TestFatalHasAName(t *testing.T) {
	var written bytes.Buffer
	log := newLog(&written)
	log.Log(context.Background(), levelFatal, "cannot go on")
	log.Error("a component fails")
	if text := written.String(); !strings.Contains(text, "level=FATAL msg=\"cannot go on\"") || !strings.Contains(text, "level=ERROR") {
		t.Errorf("got %s", text)
	}
}
