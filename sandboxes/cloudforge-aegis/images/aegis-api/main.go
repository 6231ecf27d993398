// Aegis looks for weak spots in code, keeps what it found, and has an AI provider explain it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/pprof"
	"os"
	"runtime"
	"time"

	"example.test/backend"
	"github.com/jackc/pgx/v5"
)

// Set when a release is built.
var (
	version = "unreleased"
	defect  = "" // "leak": a release that never forgets a file it analysed
)

func main() {
	command := "serve"
	if len(os.Args) > 1 {
		command = os.Args[1]
	}
	switch command {
	case "serve":
		backend.Run(serve)
	case "health":
		os.Exit(printHealth(os.Stdout))
	case "version":
		fmt.Println(version)
	default:
		fmt.Fprintln(os.Stderr, "usage: aegis [serve|health|version]")
		os.Exit(2)
	}
}

// serve answers requests until it is asked to stop.
func serve(stop context.Context) error {
	runtime.MemProfileRate = 16 << 10 // small enough that the profile of a small service shows something
	config, err := readSettings(os.Getenv)
	if err != nil {
		return err
	}
	database, err := backend.OpenDatabase("aegis-api", config.databaseURL, config.poolSize, func(connection *pgx.ConnConfig) {
		// One message for each query: PgBouncer may give the next one to another connection.
		connection.DefaultQueryExecMode = pgx.QueryExecModeExec
	})
	if err != nil {
		return err
	}
	defer database.Pool.Close()
	aegis := newService(config, database)
	server := &backend.Server{
		Port: config.port, Version: version, Database: database, Examine: aegis.examine, Routes: aegis.routes(),
	}
	return server.Serve(stop, config.words(), func() error {
		return http.ListenAndServe("localhost:"+config.pprofPort, profiles())
	})
}

// profiles serves what `go tool pprof` reads, to the pod itself only.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	return mux
}

// printHealth asks the running service how it is, and returns the exit status.
func printHealth(out io.Writer) int {
	config, err := readSettings(os.Getenv)
	if err == nil {
		err = copyHealth(out, "http://localhost:"+config.port+"/healthz")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "aegis:", err)
		return 1
	}
	return 0
}

func copyHealth(out io.Writer, url string) error {
	client := http.Client{Timeout: 10 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(out, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}
