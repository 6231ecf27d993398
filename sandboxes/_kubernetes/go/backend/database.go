package backend

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// Day is how long things are kept.
	Day               = 24 * time.Hour
	waitForConnection = 3 * time.Second
)

// Database lends connections of a pool.
type Database struct {
	Pool *pgxpool.Pool
	Keep bool // never give a connection back: a defect
}

// OpenDatabase makes the pool of a service; adjust sets what its connections have of their own.
func OpenDatabase(service, url string, size int, adjust func(*pgx.ConnConfig)) (*Database, error) {
	pool, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	pool.MaxConns = int32(size)
	pool.MinConns = min(2, pool.MaxConns)
	pool.MaxConnIdleTime, pool.MaxConnLifetime = Day, Day // what was opened stays open
	pool.ConnConfig.RuntimeParams["application_name"] = service
	adjust(pool.ConnConfig)
	opened, err := pgxpool.NewWithConfig(context.Background(), pool)
	return &Database{Pool: opened}, err
}

// Query lends a connection for one query.
func Query[T any](ctx context.Context, d *Database, row pgx.RowToFunc[T], sql string, values ...any) ([]T, error) {
	waiting, cancel := context.WithTimeout(ctx, waitForConnection)
	defer cancel()
	connection, err := d.Pool.Acquire(waiting)
	if err != nil { // not wrapped: that there is no connection is no time-out of the request's
		if stat := d.Pool.Stat(); errors.Is(err, context.DeadlineExceeded) && stat.AcquiredConns() == stat.MaxConns() {
			return nil, fmt.Errorf("database: connection pool exhausted, all %d in use", stat.MaxConns())
		}
		return nil, fmt.Errorf("database: %v", err)
	}
	if !d.Keep {
		defer connection.Release()
	}
	rows, err := connection.Query(ctx, sql, values...)
	if err == nil {
		var found []T
		if found, err = pgx.CollectRows(rows, row); err == nil {
			return found, nil
		}
	}
	return nil, fmt.Errorf("database: %w", err)
}

// Check tells whether the database answers.
func (d *Database) Check(ctx context.Context) error {
	_, err := Query(ctx, d, pgx.RowTo[int32], "SELECT 1")
	return err
}

// wait returns when the database answers; at a start it may come up later than this service.
func (d *Database) wait(ctx context.Context, most time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for {
		err := d.Check(limited)
		if err == nil {
			return nil
		}
		select {
		case <-limited.Done():
			return err
		case <-time.After(200 * time.Millisecond):
		}
	}
}
