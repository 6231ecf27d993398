package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"example.test/backend"
)

const (
	tries        = 3
	checkTimeout = 3 * time.Second
	// A provider that failed a question is not called well for this long, whatever its check says.
	remembered = time.Minute
	mostCached = 1000
)

var errRateLimit = errors.New("rate_limit")

// provider is the AI provider that is asked.
type provider struct {
	url      string
	client   http.Client
	failedAt atomic.Int64
	cached   *answers // nil where nothing is kept
}

func newProvider(config settings) *provider {
	made := &provider{url: config.providerURL, client: http.Client{Timeout: config.timeout}}
	if config.cache {
		made.cached = &answers{kept: map[string]answer{}}
	}
	return made
}

// explain asks one question, again where the provider says that there were too many, and tells where the answer is from.
func (p *provider) explain(ctx context.Context, question string) (text, source string, err error) {
	if text, ok := p.cached.get(question); ok {
		return text, "cache", nil
	}
	for try := 1; ; try++ {
		var wait time.Duration
		text, wait, err = p.ask(ctx, question)
		if err == nil {
			p.failedAt.Store(0)
			p.cached.put(question, text)
			return text, "provider", nil
		}
		p.failedAt.Store(time.Now().UnixNano())
		if !errors.Is(err, errRateLimit) {
			return "", "", fmt.Errorf("provider: %w", err)
		}
		slog.Warn("rate_limit", "provider", p.url, "try", try, "retry_after", wait, "cause", err)
		if try == tries || wait > p.client.Timeout {
			return "", "", fmt.Errorf("provider: %w, asked %d times", err, try)
		}
		select {
		case <-ctx.Done():
			return "", "", ctx.Err()
		case <-time.After(wait):
		}
	}
}

func (p *provider) ask(ctx context.Context, question string) (text string, wait time.Duration, err error) {
	body, err := json.Marshal(map[string]any{
		"model": "default", "max_tokens": 400, "messages": []map[string]string{{"role": "user", "content": question}},
	})
	if err != nil {
		return "", 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/v1/messages", bytes.NewReader(body))
	if err != nil {
		return "", 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	answered, err := p.client.Do(request)
	if err != nil {
		return "", 0, err
	}
	defer answered.Body.Close()
	content, err := io.ReadAll(io.LimitReader(answered.Body, 1<<20))
	if err != nil {
		return "", 0, err
	}
	switch answered.StatusCode {
	case http.StatusOK:
	case http.StatusTooManyRequests:
		seconds, err := strconv.Atoi(answered.Header.Get("Retry-After"))
		if err != nil || seconds < 0 {
			seconds = 1
		}
		return "", time.Duration(seconds) * time.Second, fmt.Errorf("%w: %s", errRateLimit, answered.Status)
	default:
		return "", 0, errors.New(answered.Status)
	}
	var read struct{ Content []struct{ Text string } }
	if err := json.Unmarshal(content, &read); err != nil || len(read.Content) == 0 {
		return "", 0, fmt.Errorf("an answer that is none: %.80q", content)
	}
	return read.Content[0].Text, 0, nil
}

// check asks for what costs nothing.
func (p *provider) check(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodGet, p.url+"/v1/models", nil)
	if err != nil {
		return err
	}
	answered, err := p.client.Do(request)
	if err != nil {
		return err
	}
	answered.Body.Close()
	if answered.StatusCode != http.StatusOK {
		return errors.New(answered.Status)
	}
	if ago := time.Since(time.Unix(0, p.failedAt.Load())); ago < remembered {
		return fmt.Errorf("a question failed %s ago", ago.Round(time.Second))
	}
	return nil
}

// answers keeps what was answered, for a day.
type answers struct {
	mutex sync.Mutex
	kept  map[string]answer
}

type answer struct {
	text string
	at   time.Time
}

func (a *answers) get(question string) (string, bool) {
	if a == nil {
		return "", false
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	found, ok := a.kept[question]
	return found.text, ok && time.Since(found.at) < backend.Day
}

func (a *answers) put(question, text string) {
	if a == nil {
		return
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if len(a.kept) >= mostCached {
		clear(a.kept)
	}
	a.kept[question] = answer{text, time.Now()}
}
