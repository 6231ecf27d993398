// The API of a shop: products, orders, sessions. PostgreSQL keeps them, Redis the cache, the sessions and the payments that
// wait; payments are somebody else's.
package main

import (
	"context"
	"fmt"
	"os"

	"example.test/backend"
	"github.com/jackc/pgx/v5"
)

// Set when a release is built.
var (
	version = "unreleased"
	defect  = "" // "pool": a release that never gives a connection back
)

func main() {
	work := serve
	switch {
	case len(os.Args) < 2 || os.Args[1] == "serve":
	case os.Args[1] == "retry":
		work = retry
	default:
		fmt.Fprintln(os.Stderr, "usage: api-service [serve|retry]")
		os.Exit(2)
	}
	backend.Run(work)
}

// start opens what the work needs, once the database answers.
func start() (*service, error) {
	config, err := readSettings(os.Getenv)
	if err != nil {
		return nil, err
	}
	database, err := backend.OpenDatabase("api-service", config.databaseURL, config.poolSize, func(connection *pgx.ConnConfig) {
		connection.RuntimeParams["statement_timeout"] = "5s"
	})
	if err != nil {
		return nil, err
	}
	database.Keep = defect == "pool"
	kept, err := openStore(config.redisURL)
	return &service{settings: config, database: database, store: kept, payments: newPayments(config), limiter: newLimiter(config.perSecond)}, err
}

// serve answers requests until it is asked to stop.
func serve(stop context.Context) error {
	api, err := start()
	if err != nil {
		return err
	}
	server := &backend.Server{
		Port: api.settings.port, Version: version, Database: api.database, Examine: api.examine, Routes: api.routes(),
	}
	return server.Serve(stop, api.settings.words())
}
