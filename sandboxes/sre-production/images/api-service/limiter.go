package main

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// clientOf tells who asks.
func clientOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// limiter lets each client ask so often a second, and twice that at once.
type limiter struct {
	mutex     sync.Mutex
	perSecond float64
	clients   map[string]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

const mostClients = 10_000

func newLimiter(perSecond int) *limiter {
	return &limiter{perSecond: float64(perSecond), clients: map[string]bucket{}}
}

func (l *limiter) allow(client string, now time.Time) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if len(l.clients) >= mostClients {
		clear(l.clients)
	}
	most := 2 * l.perSecond
	known, ok := l.clients[client]
	if !ok {
		known = bucket{most, now}
	}
	left := min(most, known.left+now.Sub(known.at).Seconds()*l.perSecond)
	allowed := left >= 1
	if allowed {
		left--
	}
	l.clients[client] = bucket{left, now}
	return allowed
}
