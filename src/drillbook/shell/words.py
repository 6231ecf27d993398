"""Which words begin a command line: for prompts in comments, and for commands that stand raw in pages."""

from __future__ import annotations

import re


def _split(words: str) -> frozenset[str]:
    return frozenset(words.split())


SHELLS = _split(
    "bash bat batch console csh doscon dosbatch fish fishshell ksh openrc posh powershell ps1 ps1con pwsh sh shell "
    "shell-session tcsh tcshcon terminal winbatch zsh"
)
"""Languages of a fence that say: a reader would paste this into a shell."""
SQL = _split("mysql plpgsql postgres postgresql postgresql-console postgres-console psql sql sqlite sqlite3")
PROMQL = _split("promql")
COMMANDS = SHELLS | SQL | PROMQL
"""Languages of a fence that a reader would paste somewhere and run."""
EXCUSE = ("data-reason", "data-owner", "data-expires")
"""What a block of commands carries that is not run."""
SUBCOMMANDS: dict[str, frozenset[str]] = {
    name: _split(words)
    for name, words in {
        "ansible": "all localhost",
        "apt": "install remove update upgrade purge list",
        "apt-get": "install remove update upgrade purge",
        "docker": "attach build compose container cp exec image images info inspect kill logs network node ps pull "
        "push restart rm rmi run save service stack start stats stop swarm system tag top volume",
        "docker-compose": "build config down exec kill logs ps pull restart rm run start stop up",
        "etcdctl": "alarm defrag endpoint get member put snapshot",
        "git": "add bisect blame branch checkout clone commit diff fetch log merge pull push rebase reflog reset "
        "restore revert rev-parse rm show stash status switch tag",
        "helm": "get history install list rollback status uninstall upgrade",
        "kubectl": "annotate apply attach auth config cordon cp create debug delete describe drain edit exec expose "
        "get label logs patch port-forward replace rollout run scale set taint top uncordon wait",
        "nats": "account bench consumer context kv latency pub req server stream sub",
        "redis-cli": "CLIENT CONFIG DBSIZE FLUSHALL FLUSHDB GET INFO KEYS MEMORY PING SCAN SET SLOWLOG ping info",
        "service": "",
        "systemctl": "cat daemon-reload disable enable is-active is-enabled is-failed kill list-timers list-units mask "
        "reload restart show start status stop unmask",
        "terraform": "apply destroy import init output plan show state",
        "vault": "kv list login operator read status token write",
    }.items()
}
KNOWN = frozenset(SUBCOMMANDS) | _split(
    "ansible-playbook awk base64 bash cat chmod chown cp crontab curl date dd df dig dmesg du echo find free grep "
    "head htop ip iptables jq journalctl kill killall less ln ls lsof mkdir mongosh mount mv mysql mysqldump nc "
    "netstat nft nginx nslookup openssl pg_dump pg_isready pg_restore ping pkill ps psql python3 rm rsync scp sed sh "
    "ss ssh strace sudo sysctl tail tar tcpdump tee top touch traceroute truncate umount uptime vacuumdb vmstat watch "
    "wget xargs"
)
"""Names that begin a line of shell in a runbook."""

_ARGUMENT = re.compile(r"^(-{1,2}[A-Za-z]|[~./]*/|\$|https?://|['\"])|^[\w.-]+@[\w.-]+$|=")
_OPERATOR = re.compile(r"\s(\||\|\||&&|>>?|<)\s")


def strip_prefixes(words: list[str]) -> list[str]:
    """Return a command line's words without `sudo` and leading assignments."""
    while words and (words[0] == "sudo" or re.fullmatch(r"[A-Za-z_]\w*=\S*", words[0])):
        words = words[1:]
    return words


def begins_with_command(line: str) -> bool:
    """Say whether a text begins with a known command that is given something to do; a name alone does not count."""
    words = strip_prefixes(line.split())
    return len(words) > 1 and words[0] in KNOWN


def looks_like_command(line: str) -> bool:
    """Say whether a line of prose or comment is a command line: a known command with an argument of its own."""
    words = strip_prefixes(line.split())
    if not words or words[0] not in KNOWN:
        return False
    if any(_ARGUMENT.search(word) for word in words[1:]) or _OPERATOR.search(line):
        return True
    if len(words) == 1 or line.rstrip().endswith((".", ":", "?", "!", ",")):
        return False
    verb = words[1]
    if verb == "compose" and words[0] == "docker":
        return len(words) > 2 and words[2] in SUBCOMMANDS["docker-compose"]
    # `git log shows who…` is a sentence; `git log` and `kubectl get pods` are commands.
    return verb in SUBCOMMANDS.get(words[0], ()) and len(words) <= 4
