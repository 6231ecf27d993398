"""Replace what differs from run to run in stored output, and what must never be stored."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NUMBER = r"\d+(?:[.,]\d+)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_CLOCK = r"\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|CES?T|[+-]\d{2}(?::?\d{2})?)\b)"
_TAIL = rf"(?: [AP]M)?{_ZONE}?(?: \d{{4}}\b)?{_ZONE}?"
_UNIT = r"(?:second|minute|hour|day|week|month|year)s?"
_SECRET_NAME = r"[\w-]*(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)[\w-]*"

# In order: a secret goes first, whatever else it looks like; the longer shape before the shorter one.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, flags), replacement)
    for pattern, replacement, flags in (
        # Secrets.
        (
            r"-----BEGIN ([A-Z ]*)PRIVATE KEY-----.*?(?:-----END \1PRIVATE KEY-----|\Z)",
            "[redacted]",
            re.DOTALL,
        ),
        (r"(?<=://)([^\s:/@]*):[^\s/@]+@", r"\1:[redacted]@", 0),
        (r"\b(bearer|basic)( +)[\w.~+/=-]{8,}", r"\1\2[redacted]", re.IGNORECASE),
        (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", "[redacted]", 0),
        (r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*", "[redacted]", 0),
        (r"\b(?:gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{20,})", "[redacted]", 0),
        (
            rf"""\b({_SECRET_NAME})("?\s*[=:]\s*)(?:"[^"\n]+"|'[^'\n]+'|(?!\[)[^\s,;&"'}}]+)""",
            r"\1\2[redacted]",
            re.IGNORECASE,
        ),
        (rf"(--{_SECRET_NAME} +)(?!-)\S+", r"\1[redacted]", re.IGNORECASE),
        # Times.
        (rf"\b\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}{_ZONE}?(?!\d)", "[time]", 0),
        (rf"\b\d{{4}}/\d{{2}}/\d{{2}} {_CLOCK}", "[time]", 0),
        (rf"\b{_DAY},? (?:{_MONTH} +\d{{1,2}}|\d{{1,2}} {_MONTH})(?: \d{{4}})? {_CLOCK}{_TAIL}", "[time]", 0),
        (rf"\b\d{{1,2}}/{_MONTH}/\d{{4}}:{_CLOCK}(?: [+-]\d{{4}})?", "[time]", 0),
        (rf"\b{_MONTH} +\d{{1,2}} {_CLOCK}(?: \d{{4}})?", "[time]", 0),
        (rf"(?<!\d)\d{{1,2}} {_MONTH} \d{{4}}(?: {_CLOCK})?\b", "[time]", 0),
        (r"\b\d{4}-\d{2}-\d{2}\b", "[time]", 0),
        (r"(?<!\d)20\d{6}[_-]\d{6}(?!\d)", "[time]", 0),
        (rf"\b(?:about |less than )?(?:an?|{_NUMBER}) {_UNIT} ago\b", "[time] ago", re.IGNORECASE),
        (
            rf"\b(Up|Exited \(\d+\)|for|since) (?:about |less than )?(?:an?|{_NUMBER}) {_UNIT}\b",
            r"\1 [time]",
            re.IGNORECASE,
        ),
        (r"\b(?:\d+(?:\.\d+)?(?:d|h|m|min) ?)+(?:\d+(?:\.\d+)?m?s)\b", "[time]", 0),
        (rf"\b{_NUMBER} ?(?:ns|µs|us|ms|s|sec|secs|seconds?|minutes?|hours?)(?!\w)", "[time]", 0),
        (r"(?<![\d:.])\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?(?![\d:])", "[time]", 0),
        # Names that a machine makes up.
        (r"\b(?:sha256:)?[0-9a-f]{64}\b", "[id]", 0),
        (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "[id]", re.IGNORECASE),
        (r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)(?:[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{12}|[0-9a-f]{7})\b", "[id]", 0),
        (r"\b(pid\b[ =:]*)\d+", r"\1[id]", re.IGNORECASE),
        (r"\b([a-z][\w.-]*)\[\d+\](?=:)", r"\1[[id]]", re.IGNORECASE),
        (r"/run/drillbook-\w+/snippet(?=: line \d+:)", "bash", 0),
        (r"/dev/(?:sd[a-z]+|vd[a-z]+|xvd[a-z]+|nvme\d+n\d+(?:p\d+)?|dm-\d+|loop\d+|mapper/\S+)\d*", "/dev/[device]", 0),
        # Addresses.
        (r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", "[address]", re.IGNORECASE),
        (r"(?<![\w.])(?!127\.0\.0\.1|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\.\d)(?!\w)", "[address]", 0),
        (
            r"(?<![\w:.])(?=[0-9a-f:]*::|(?:[0-9a-f]+:){7})[0-9a-f]{0,4}(?:::?[0-9a-f]{1,4}){1,7}(?:::)?(?![\w:])",
            "[address]",
            re.IGNORECASE,
        ),
        # Sizes.
        (rf"(?<![\w.]){_NUMBER} ?(?:[kKMGTP]i?B?|bytes|B|kB)(?![\w/])", "[size]", 0),
        (rf"(?<![\w.]){_NUMBER} ?%", "[size]", 0),
    )
)


def elide(text: str, *, extra: Mapping[str, str]) -> str:
    """Return the text with times, ids, sizes and addresses replaced and secrets redacted.

    `extra` maps further names (a machine's, a device's) to what stands for them; the longest is replaced first.
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    for name in sorted(extra, key=lambda name: (-len(name), name)):
        if name:
            text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", extra[name].replace("\\", r"\\"), text)
    return text
