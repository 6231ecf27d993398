package main

import (
	"context"
	"regexp"
	"sync"

	"example.test/backend"
	"github.com/jackc/pgx/v5"
)

// rule is what static analysis goes by.
type rule struct {
	Name, Severity, Advice string
	pattern                *regexp.Regexp
}

var rules = []rule{
	{"hard-coded-secret", "critical", "Take the secret from the environment, and replace it: it is known now.", regexp.MustCompile(`(?i)\b(password|secret|token)\s*=\s*"[^"]{6,}"`)},
	{"command-from-input", "critical", "Hand the arguments over as a list, without a shell.", regexp.MustCompile(`\bshell\(.*\+`)},
	{"query-from-text", "high", "Give values as parameters of the query.", regexp.MustCompile(`(?i)"SELECT [^"]*"\s*\+`)},
	{"weak-hash", "medium", "Use a hash that is meant for this purpose.", regexp.MustCompile(`\b(md5|sha1)\(`)},
	{"debug-left-on", "low", "Turn it off where customers are.", regexp.MustCompile(`(?i)\bdebug\s*=\s*true\b`)},
}

var severities = []string{"critical", "high", "medium", "low"}

func adviceFor(name string) string {
	for _, known := range rules {
		if known.Name == name {
			return known.Advice
		}
	}
	return "No rule says more about this."
}

// count tells how often each severity is found in a file.
func count(content string, found map[string]int) {
	for _, known := range rules {
		found[known.Severity] += len(known.pattern.FindAllStringIndex(content, -1))
	}
}

type file struct {
	ID      int32
	Content string
}

// kept is what the release with the defect "leak" never lets go.
var kept struct {
	sync.Mutex
	batches [][]file
}

// analyse reads a repository's files, a batch at a time, and counts what the rules find. It writes nothing.
func analyse(ctx context.Context, d *backend.Database, repository, batch int) (map[string]any, error) {
	found, files, batches, last := map[string]int{}, 0, 0, int32(0)
	for {
		read, err := backend.Query(ctx, d, pgx.RowToStructByPos[file],
			"SELECT id, content FROM file WHERE repository_id = $1 AND id > $2 ORDER BY id LIMIT $3", repository, last, batch)
		if err != nil {
			return nil, err
		}
		if len(read) == 0 {
			return map[string]any{"repository": repository, "files": files, "batches": batches, "found": found}, nil
		}
		for _, each := range read {
			count(each.Content, found)
		}
		if defect == "leak" {
			kept.Lock()
			kept.batches = append(kept.batches, read)
			kept.Unlock()
		}
		files, batches, last = files+len(read), batches+1, read[len(read)-1].ID
	}
}
