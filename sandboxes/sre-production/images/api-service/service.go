package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.test/backend"
	"github.com/jackc/pgx/v5"
)

// service answers the API's requests.
type service struct {
	settings settings
	database *backend.Database
	store    *store
	payments *payments
	limiter  *limiter
}

func (s *service) routes() *http.ServeMux {
	mux := http.NewServeMux()
	s.route(mux, "GET /api/products", s.remember(s.listProducts))
	s.route(mux, "GET /api/products/{id}", s.remember(s.showProduct))
	s.route(mux, "GET /api/customers/{id}/orders", s.listOrders)
	s.route(mux, "GET /api/orders/{id}/shipment", s.showShipment)
	s.route(mux, "POST /api/orders", s.order)
	s.route(mux, "POST /api/sessions", s.signIn)
	s.route(mux, "GET /api/me", s.showMe)
	return mux
}

type answer func(*http.Request) (any, error)

// route limits the rate of requests where that is on, and logs each one.
func (s *service) route(mux *http.ServeMux, pattern string, ask answer) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		var value any
		var err error
		if s.settings.rateLimit && !s.limiter.allow(clientOf(r), began) {
			err = backend.Problem(http.StatusTooManyRequests, "too many requests; wait a second")
			w.Header().Set("Retry-After", "1")
		} else {
			value, err = ask(r)
		}
		status := backend.Answer(w, value, err)
		level := slog.LevelInfo
		words := []any{"method", r.Method, "path", r.URL.Path, "status", status, "ms", time.Since(began).Milliseconds()}
		if err != nil {
			level, words = slog.LevelWarn, append(words, "cause", err)
		}
		if status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		slog.Log(r.Context(), level, "request", words...)
	})
}

// remember answers from what was said within the last minute, where the cache is on.
func (s *service) remember(ask answer) answer {
	if !s.settings.cache {
		return ask
	}
	return func(r *http.Request) (any, error) {
		return cached(r.Context(), s.store, "answer:"+r.URL.Path, answersKept, func() (any, error) { return ask(r) })
	}
}

// examine asks each component how it is.
func (s *service) examine(ctx context.Context) map[string]error {
	checks := map[string]error{
		"database": s.database.Check(ctx),
		"redis":    s.store.client.Ping(ctx).Err(),
		"payments": nil,
	}
	if !s.settings.fallback && s.payments.breaker.open() {
		checks["payments"] = errOpen
	}
	return checks
}

type product struct {
	ID    int32  `json:"id"`
	Name  string `json:"name"`
	Cents int32  `json:"cents"`
}

// one gives the only row, or answers that there is none.
func one[T any](rows []T, err error) (T, error) {
	var none T
	switch {
	case err != nil:
		return none, err
	case len(rows) == 0:
		return none, backend.Problem(http.StatusNotFound, "there is none of that number")
	}
	return rows[0], nil
}

func (s *service) listProducts(r *http.Request) (any, error) {
	return backend.Query(r.Context(), s.database, pgx.RowToStructByPos[product], "SELECT id, name, cents FROM product ORDER BY id")
}

// product comes from the cache: the catalogue hardly changes.
func (s *service) product(ctx context.Context, id int32) (product, error) {
	return cached(ctx, s.store, "product:"+strconv.Itoa(int(id)), backend.Day, func() (product, error) {
		return one(backend.Query(ctx, s.database, pgx.RowToStructByPos[product], "SELECT id, name, cents FROM product WHERE id = $1", id))
	})
}

// showProduct adds what the payments provider offers; without it where the fallback is on.
func (s *service) showProduct(r *http.Request) (any, error) {
	id, err := backend.Number(r)
	if err != nil {
		return nil, err
	}
	found, err := s.product(r.Context(), int32(id))
	if err != nil {
		return nil, err
	}
	if s.settings.fallback {
		return map[string]any{"product": found, "degraded": "no instalments for the moment"}, nil
	}
	offer, err := s.payments.instalments(r.Context(), found.Cents)
	return map[string]any{"product": found, "instalments": offer}, err
}

type orderRow struct {
	ID      int32     `json:"id"`
	Product int32     `json:"product"`
	Cents   int32     `json:"cents"`
	State   string    `json:"state"`
	Ordered time.Time `json:"ordered"`
}

func (s *service) listOrders(r *http.Request) (any, error) {
	id, err := backend.Number(r)
	if err != nil {
		return nil, err
	}
	return backend.Query(r.Context(), s.database, pgx.RowToStructByPos[orderRow],
		"SELECT id, product_id, cents, state, ordered_at FROM customer_order WHERE customer_id = $1 ORDER BY id DESC LIMIT 20", id)
}

func (s *service) showShipment(r *http.Request) (any, error) {
	id, err := backend.Number(r)
	if err != nil {
		return nil, err
	}
	type shipment struct {
		Order   int32     `json:"order"`
		Carrier string    `json:"carrier"`
		Sent    time.Time `json:"sent"`
	}
	return one(backend.Query(r.Context(), s.database, pgx.RowToStructByPos[shipment],
		"SELECT order_id, carrier, sent_at FROM shipment WHERE order_id = $1", id))
}

func (s *service) setState(ctx context.Context, order int32, state string) error {
	_, err := one(backend.Query(ctx, s.database, pgx.RowTo[int32], "UPDATE customer_order SET state = $2 WHERE id = $1 RETURNING id", order, state))
	return err
}

// order takes an order and lets it be paid. What cannot be paid now waits, is paid later, or fails, as the settings say.
func (s *service) order(r *http.Request) (any, error) {
	var asked struct{ Customer, Product int32 }
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, backend.Problem(http.StatusBadRequest, "an order names a customer and a product")
	}
	found, err := s.product(r.Context(), asked.Product)
	if err != nil {
		return nil, err
	}
	id, err := one(backend.Query(r.Context(), s.database, pgx.RowTo[int32],
		"INSERT INTO customer_order (customer_id, product_id, cents, state, ordered_at) VALUES ($1, $2, $3, 'new', now()) RETURNING id",
		asked.Customer, found.ID, found.Cents))
	if err != nil {
		return nil, err
	}
	state, err := s.settle(r.Context(), payment{id, found.Cents})
	if changed := s.setState(r.Context(), id, state); changed != nil {
		return nil, changed
	}
	return map[string]any{"order": id, "state": state}, err
}

// settle has the order paid, and tells the state that it is in then.
func (s *service) settle(ctx context.Context, due payment) (string, error) {
	if s.settings.fallback {
		return "pay later", nil
	}
	var err error
	if s.settings.feature("new-checkout") {
		err = s.payments.checkRisk(ctx, due)
	}
	if err == nil {
		err = s.payments.pay(ctx, due)
	}
	switch {
	case err == nil:
		return "paid", nil
	case !s.settings.queue:
		return "failed", err
	}
	if queued := s.store.queue(ctx, due); queued != nil {
		return "failed", queued
	}
	slog.Warn("a payment waits", "order", due.Order, "cause", err)
	return "waiting", nil
}

func (s *service) signIn(r *http.Request) (any, error) {
	var asked struct{ Customer int32 }
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, backend.Problem(http.StatusBadRequest, "a session names a customer")
	}
	token, err := s.store.signIn(r.Context(), asked.Customer)
	return map[string]string{"token": token}, err
}

func (s *service) showMe(r *http.Request) (any, error) {
	customer, err := s.store.customer(r.Context(), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	return map[string]int{"customer": customer}, err
}
