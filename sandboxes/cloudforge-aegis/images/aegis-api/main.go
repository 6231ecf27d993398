// Aegis looks for weak spots in code, keeps what it found, and has an AI provider explain it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// Set when a release is built.
var (
	version = "unreleased"
	defect  = "" // "leak": a release that never forgets a file it analysed
)

const (
	waitForDatabase = time.Minute
	levelFatal      = slog.LevelError + 4
)

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: nameFatal})))
	command := "serve"
	if len(os.Args) > 1 {
		command = os.Args[1]
	}
	switch command {
	case "serve":
		if err := serve(); err != nil {
			slog.Log(context.Background(), levelFatal, "cannot go on", "cause", err)
			os.Exit(1)
		}
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
func serve() error {
	runtime.MemProfileRate = 16 << 10 // small enough that the profile of a small service shows something
	config, err := readSettings(os.Getenv)
	if err != nil {
		return err
	}
	database, err := openDatabase(config)
	if err != nil {
		return err
	}
	defer database.pool.Close()
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer release()

	aegis := newService(config, database)
	server := &http.Server{Addr: ":" + config.port, Handler: aegis.routes(), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 2)
	go func() { failed <- server.ListenAndServe() }()
	go func() { failed <- http.ListenAndServe("localhost:"+config.pprofPort, profiles()) }()

	if err := database.wait(stop, waitForDatabase); err != nil && stop.Err() == nil {
		return err
	}
	aegis.ready.Store(true)
	slog.Info("started", append([]any{"version", version}, config.words()...)...)
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}

	aegis.ready.Store(false)
	slog.Info("stopping")
	time.Sleep(time.Second) // until nobody is sent here any more
	limited, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(limited); err != nil {
		return fmt.Errorf("requests were cut off: %w", err)
	}
	slog.Info("stopped")
	return nil
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

// nameFatal gives the level above ERROR its name.
func nameFatal(_ []string, field slog.Attr) slog.Attr {
	if level, ok := field.Value.Any().(slog.Level); ok && level == levelFatal {
		return slog.String(field.Key, "FATAL")
	}
	return field
}
