// metrics-server, measuring every two seconds: its own main refuses less than ten, and a new pod would stay unmeasured for twenty.
package main

import (
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	logsapi "k8s.io/component-base/logs/api/v1"
	"sigs.k8s.io/metrics-server/cmd/metrics-server/app/options"
)

func main() {
	opts := options.NewOptions()
	flags := pflag.NewFlagSet(os.Args[0], pflag.ExitOnError)
	for _, set := range opts.Flags().FlagSets {
		flags.AddFlagSet(set)
	}
	flags.AddGoFlagSet(flag.CommandLine)
	check(flags.Parse(os.Args[1:]))
	opts.MetricResolution = 2 * time.Second
	check(logsapi.ValidateAndApply(opts.Logging, nil))
	config, err := opts.ServerConfig()
	check(err)
	server, err := config.Complete()
	check(err)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	done := make(chan struct{})
	go func() { <-stop; close(done) }()
	check(server.RunUntil(done))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
