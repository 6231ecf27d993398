package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.test/backend"
	"github.com/redis/go-redis/v9"
)

// What Redis holds: each purpose has keys of its own, so that the cache can be emptied and the rest stays.
const (
	cachePrefix   = "cache:"
	sessionPrefix = "session:"
	queueKey      = "retry:payments"

	answersKept = time.Minute
)

type store struct{ client *redis.Client }

func openStore(url string) (*store, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	options.ClientName = "api-service"
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = time.Second, time.Second, time.Second
	options.MaxRetries = -1
	return &store{redis.NewClient(options)}, nil
}

// cached gives what the cache has under a key, or makes it and puts it there. A cache that does not answer only costs time.
func cached[T any](ctx context.Context, s *store, key string, keep time.Duration, create func() (T, error)) (T, error) {
	var value T
	text, err := s.client.Get(ctx, cachePrefix+key).Bytes()
	if err == nil {
		if err = json.Unmarshal(text, &value); err == nil {
			return value, nil
		}
	}
	if !errors.Is(err, redis.Nil) {
		slog.Error("the cache does not answer", "key", cachePrefix+key, "cause", err)
	}
	if value, err = create(); err != nil {
		return value, err
	}
	if text, err = json.Marshal(value); err == nil {
		err = s.client.Set(ctx, cachePrefix+key, text, keep).Err()
	}
	if err != nil {
		slog.Error("the cache keeps nothing", "key", cachePrefix+key, "cause", err)
	}
	return value, nil
}

func (s *store) signIn(ctx context.Context, customer int32) (string, error) {
	token := rand.Text()
	if err := s.client.Set(ctx, sessionPrefix+token, customer, backend.Day).Err(); err != nil {
		return "", fmt.Errorf("redis: %w", err)
	}
	return token, nil
}

// customer tells whose session it is.
func (s *store) customer(ctx context.Context, token string) (int, error) {
	id, err := s.client.Get(ctx, sessionPrefix+token).Int()
	if errors.Is(err, redis.Nil) {
		return 0, backend.Problem(401, "there is no such session; sign in")
	}
	if err != nil {
		return 0, fmt.Errorf("redis: %w", err)
	}
	return id, nil
}

func (s *store) queue(ctx context.Context, due payment) error {
	text, err := json.Marshal(due)
	if err == nil {
		err = s.client.RPush(ctx, queueKey, text).Err()
	}
	if err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	return nil
}

// first looks at the payment that has waited longest; found is false where none waits.
func (s *store) first(ctx context.Context) (due payment, found bool, err error) {
	text, err := s.client.LIndex(ctx, queueKey, 0).Bytes()
	if errors.Is(err, redis.Nil) {
		return payment{}, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &due)
	}
	if err != nil {
		return payment{}, false, fmt.Errorf("redis: %w", err)
	}
	return due, true, nil
}

func (s *store) dropFirst(ctx context.Context) error {
	return s.client.LPop(ctx, queueKey).Err()
}
