// The API of a shop: products, orders, sessions. PostgreSQL keeps them, Redis the cache, the sessions and the payments that
// wait; payments are somebody else's.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Set when a release is built.
var (
	version = "unreleased"
	defect  = "" // "pool": a release that never gives a connection back
)

const (
	waitForDatabase = time.Minute
	levelFatal      = slog.LevelError + 4
)

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: nameFatal})))
	work := serve
	switch {
	case len(os.Args) < 2 || os.Args[1] == "serve":
	case os.Args[1] == "retry":
		work = retry
	default:
		fmt.Fprintln(os.Stderr, "usage: api-service [serve|retry]")
		os.Exit(2)
	}
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer release()
	if err := work(stop); err != nil {
		slog.Log(context.Background(), levelFatal, "cannot go on", "cause", err)
		os.Exit(1)
	}
	slog.Info("stopped")
}

// start opens what the work needs, once the database answers.
func start() (*service, error) {
	config, err := readSettings(os.Getenv)
	if err != nil {
		return nil, err
	}
	database, err := openDatabase(config)
	if err != nil {
		return nil, err
	}
	kept, err := openStore(config.redisURL)
	return &service{settings: config, database: database, store: kept, payments: newPayments(config), limiter: newLimiter(config.perSecond)}, err
}

// serve answers requests until it is asked to stop.
func serve(stop context.Context) error {
	api, err := start()
	if err != nil {
		return err
	}
	server := &http.Server{Addr: ":" + api.settings.port, Handler: api.routes(), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	if err := api.database.wait(stop, waitForDatabase); err != nil && stop.Err() == nil {
		return err
	}
	api.ready.Store(true)
	slog.Info("started", append([]any{"version", version}, api.settings.words()...)...)
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}

	api.ready.Store(false)
	slog.Info("stopping")
	time.Sleep(time.Second) // until nobody is sent here any more
	limited, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(limited); err != nil {
		return fmt.Errorf("requests were cut off: %w", err)
	}
	return nil
}

// nameFatal gives the level above ERROR its name.
func nameFatal(_ []string, field slog.Attr) slog.Attr {
	if level, ok := field.Value.Any().(slog.Level); ok && level == levelFatal {
		return slog.String(field.Key, "FATAL")
	}
	return field
}
