package backend

import (
	"fmt"
	"strconv"
	"time"
)

// Reader reads settings from the environment, which a Deployment fills from its ConfigMap.
type Reader struct {
	Get     func(string) string
	Problem error // the first one
}

func (r *Reader) complain(format string, values ...any) {
	if r.Problem == nil {
		r.Problem = fmt.Errorf(format, values...)
	}
}

func (r *Reader) Text(name string) string {
	value := r.Get(name)
	if value == "" {
		r.complain("%s is not set", name)
	}
	return value
}

func (r *Reader) Number(name string) int {
	value, err := strconv.Atoi(r.Text(name))
	if err != nil || value < 1 {
		r.complain("%s has to be a number above 0, not %q", name, r.Get(name))
	}
	return value
}

func (r *Reader) Seconds(name string) time.Duration {
	return time.Duration(r.Number(name)) * time.Second
}

func (r *Reader) OnOff(name string) bool {
	value := r.Text(name)
	if value != "on" && value != "off" {
		r.complain("%s has to be on or off, not %q", name, value)
	}
	return value == "on"
}

// OnOrOff says a setting as a line of the log has it.
func OnOrOff(value bool) string {
	if value {
		return "on"
	}
	return "off"
}
