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
	"sync"
	"time"
)

const (
	failuresToOpen = 5
	openFor        = 10 * time.Second
	retryEvery     = 2 * time.Second
)

var errOpen = errors.New("circuit breaker open")

// payments is the provider that takes payments, behind a circuit breaker.
type payments struct {
	url     string
	client  http.Client
	breaker breaker
}

type payment struct {
	Order int32 `json:"order"`
	Cents int32 `json:"cents"`
}

func newPayments(config settings) *payments {
	return &payments{url: config.paymentsURL, client: http.Client{Timeout: config.timeout}}
}

func (p *payments) pay(ctx context.Context, due payment) error {
	return p.call(ctx, "POST", "/v1/payments", due, nil)
}

func (p *payments) checkRisk(ctx context.Context, due payment) error {
	return p.call(ctx, "POST", "/v1/risk-checks", due, nil)
}

type instalments struct {
	Months int   `json:"months"`
	Cents  int32 `json:"cents"`
}

func (p *payments) instalments(ctx context.Context, cents int32) (offer instalments, err error) {
	err = p.call(ctx, "GET", fmt.Sprintf("/v1/instalments?cents=%d", cents), nil, &offer)
	return offer, err
}

// call asks the provider, unless it has failed too often just now.
func (p *payments) call(ctx context.Context, method, path string, body, into any) error {
	if p.breaker.open() {
		return fmt.Errorf("payments: %w", errOpen)
	}
	err := p.send(ctx, method, path, body, into)
	if p.breaker.note(err) {
		slog.Error("circuit breaker open", "provider", p.url, "for", openFor, "cause", err)
	}
	if err != nil {
		return fmt.Errorf("payments: %w", err)
	}
	return nil
}

func (p *payments) send(ctx context.Context, method, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, p.url+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	switch {
	case err != nil:
		return err
	case answer.StatusCode != http.StatusOK:
		return errors.New(answer.Status)
	case into == nil:
		return nil
	}
	return json.Unmarshal(content, into)
}

// breaker opens after some failures in a row, and lets the next one try after a while.
type breaker struct {
	mutex    sync.Mutex
	failures int
	until    time.Time
}

func (b *breaker) open() bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return time.Now().Before(b.until)
}

// note takes down how a call ended, and tells whether the breaker opens by it.
func (b *breaker) note(err error) bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if err == nil {
		b.failures = 0
		return false
	}
	b.failures++
	if b.failures < failuresToOpen {
		return false
	}
	b.until = time.Now().Add(openFor)
	return true
}

// retry sends the payments that wait, until it is asked to stop. One process does this: nothing is sent twice at once.
func retry(stop context.Context) error {
	api, err := start()
	if err != nil {
		return err
	}
	slog.Info("started", "version", version, "queue", queueKey)
	for {
		if err := api.sendWaiting(stop); err != nil && stop.Err() == nil {
			slog.Error("a payment still waits", "cause", err)
		}
		select {
		case <-stop.Done():
			return nil
		case <-time.After(retryEvery):
		}
	}
}

// sendWaiting sends what waits, until nothing does or one fails. The provider knows an order's number: twice does no harm.
func (s *service) sendWaiting(ctx context.Context) error {
	for {
		due, found, err := s.store.first(ctx)
		if err != nil || !found {
			return err
		}
		if err := s.payments.pay(ctx, due); err != nil {
			return err
		}
		if err := s.setState(ctx, due.Order, "paid"); err != nil {
			return err
		}
		if err := s.store.dropFirst(ctx); err != nil {
			return fmt.Errorf("redis: %w", err)
		}
		slog.Info("a payment that waited is taken", "order", due.Order)
	}
}
