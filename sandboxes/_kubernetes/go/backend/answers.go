package backend

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strconv"
)

// problem is an error that is the asker's own.
type problem struct {
	status int
	text   string
}

func (p problem) Error() string { return p.text }

// Problem gives an error that is the asker's own.
func Problem(status int, text string) error { return problem{status, text} }

// Answer sends a value, or what the error says, and tells the status.
func Answer(w http.ResponseWriter, value any, err error) int {
	status := http.StatusOK
	if err != nil {
		status = StatusOf(err)
		value = map[string]string{"error": err.Error()}
	}
	writeJSON(w, status, value)
	return status
}

// StatusOf tells the status of an error: the asker's own, a time-out, or that something is away.
func StatusOf(err error) int {
	var own problem
	var late net.Error
	switch {
	case errors.As(err, &own):
		return own.status
	case errors.As(err, &late) && late.Timeout():
		return http.StatusGatewayTimeout
	default:
		return http.StatusServiceUnavailable
	}
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(append(text, '\n'))
}

// Number reads the {id} of an address.
func Number(r *http.Request) (int, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 32)
	if err != nil {
		return 0, Problem(http.StatusBadRequest, "the address has to have a number")
	}
	return int(id), nil
}
