package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	waitForConnection = 3 * time.Second
	day               = 24 * time.Hour
)

// database lends connections of a pool.
type database struct{ pool *pgxpool.Pool }

func openDatabase(config settings) (*database, error) {
	pool, err := pgxpool.ParseConfig(config.databaseURL)
	if err != nil {
		return nil, err
	}
	pool.MaxConns = int32(config.poolSize)
	pool.MinConns = min(2, pool.MaxConns)
	pool.MaxConnIdleTime, pool.MaxConnLifetime = day, day // what was opened stays open
	pool.ConnConfig.RuntimeParams["application_name"] = "aegis-api"
	// One message for each query: PgBouncer may give the next one to another connection.
	pool.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	opened, err := pgxpool.NewWithConfig(context.Background(), pool)
	return &database{opened}, err
}

// query lends a connection for one query.
func query[T any](ctx context.Context, d *database, row pgx.RowToFunc[T], sql string, values ...any) ([]T, error) {
	waiting, cancel := context.WithTimeout(ctx, waitForConnection)
	defer cancel()
	connection, err := d.pool.Acquire(waiting)
	if err != nil { // not wrapped: that there is no connection is no time-out of the request's
		if stat := d.pool.Stat(); errors.Is(err, context.DeadlineExceeded) && stat.AcquiredConns() == stat.MaxConns() {
			return nil, fmt.Errorf("database: connection pool exhausted, all %d in use", stat.MaxConns())
		}
		return nil, fmt.Errorf("database: %v", err)
	}
	defer connection.Release()
	rows, err := connection.Query(ctx, sql, values...)
	if err == nil {
		var found []T
		if found, err = pgx.CollectRows(rows, row); err == nil {
			return found, nil
		}
	}
	return nil, fmt.Errorf("database: %w", err)
}

func (d *database) check(ctx context.Context) error {
	_, err := query(ctx, d, pgx.RowTo[int32], "SELECT 1")
	return err
}

// wait returns when the database answers; at a start it may come up later than this service.
func (d *database) wait(ctx context.Context, most time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for {
		err := d.check(limited)
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
