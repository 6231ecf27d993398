"""Signatures of evidence, by SSH keys: each says that a person or a CI vouches for the bytes of one record.

`ssh-keygen -Y` makes and checks them; they lie in `signatures/SYSTEM/ENVIRONMENT/NAME.sig`. Who may sign is said by a
file of allowed signers, as ssh-keygen(1) describes it.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from drillbook.core.errors import InputError, Location, Problem, SetupError
from drillbook.core.files import write_whole
from drillbook.evidence.record import evidence_path
from drillbook.evidence.status import SnippetResult

NAMESPACE = "drillbook-evidence"
"""What a signature is good for: one that was given for a file or a commit does not count here."""
SIGNERS = "allowed_signers"
AT_ONCE = 8


def sign(root: Path, results: Iterable[SnippetResult], key: Path) -> list[Path]:
    """Sign each record that has no good signature by this key; return the signatures' files.

    Raises InputError for a key that cannot be used, and for a record that says it is another snippet's.
    """
    _check_key(key)
    written = []
    with tempfile.NamedTemporaryFile("w", prefix="drillbook-") as signers:
        signers.write(f"signer {_find_public(key)}\n")
        signers.flush()
        for result in results:
            record, signature = _find_files(root, result)
            if text := _find_mistake(record, result):
                raise InputError(Problem(_locate(root, record), text))
            if _is_signed(record, signature, Path(signers.name), "signer"):
                continue
            made = _run("sign", "-f", str(key), given=record.read_bytes())
            if made.returncode:
                raise SetupError(f"ssh-keygen could not sign with {key}: {_said(made)}")
            write_whole(signature, made.stdout.decode())
            written.append(signature)
    return written


def check_signatures(root: Path, results: Iterable[SnippetResult], signers: Path) -> list[Problem]:
    """Return the records that nobody vouches for who may; `signers` is the file that names these."""
    if not signers.is_file():
        text = (
            "there is no such file. Add one line for each signer, such as `ci@example.net ssh-ed25519 AAAA…`. "
            "See ALLOWED SIGNERS in ssh-keygen(1)."
        )
        raise InputError(Problem(Location(str(signers)), text))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        checked = pool.map(functools.partial(_check, root, signers), results)
        return [problem for problem in checked if problem]


def _check(root: Path, signers: Path, result: SnippetResult) -> Problem | None:
    """Say what is wrong with the signature of one record."""
    record, signature = _find_files(root, result)
    at = _locate(root, record)
    if text := _find_mistake(record, result):
        return Problem(at, text)
    if not signature.is_file():
        return Problem(at, "nobody has signed it. Run `drillbook sign --key KEY`.")
    found = _run("find-principals", "-f", str(signers), "-s", str(signature))
    names = found.stdout.decode(errors="replace").split("\n")[0].split(",")
    if found.returncode or not names[0]:
        return Problem(at, f"its signer is not in {signers.name}. Have an allowed signer sign it.")
    if any(_is_signed(record, signature, signers, name) for name in names):
        return None
    text = f"its signature, by {names[0]}, is not for these bytes. Verify the snippet again, then sign."
    return Problem(at, text)


def _find_files(root: Path, result: SnippetResult) -> tuple[Path, Path]:
    path = evidence_path(result.rendered)
    return root / "evidence" / path, (root / "signatures" / path).with_suffix(".sig")


def _locate(root: Path, record: Path) -> Location:
    return Location(record.relative_to(root).as_posix())


def _find_mistake(record: Path, result: SnippetResult) -> str:
    """Say whose record it is, where that is another's: a signed one must not be put in another's place."""
    statement = json.loads(record.read_text("utf-8"))
    names = (statement["subject"][0]["name"], statement["predicate"]["drillbook"]["environment"])
    wanted = (result.rendered.snippet.id, result.rendered.environment)
    if names == wanted:
        return ""
    return f"it is the record of {names[0]} in {names[1]}, not of {wanted[0]} in {wanted[1]}. Verify the snippet again."


def _check_key(key: Path) -> None:
    """Refuse a key that ssh-keygen would have to ask about, once for each record."""
    if not key.is_file():
        raise InputError(Problem(Location(str(key)), "there is no such file. Name an SSH key."))
    if key.suffix == ".pub":
        return  # the agent has the private one
    read = _start("ssh-keygen", "-y", "-P", "", "-f", str(key))
    if read.returncode:
        text = (
            f"this key cannot be used ({_said(read)}). Name a private key without a passphrase, "
            f"or `ssh-add` this one and name its public half, `{key.name}.pub`."
        )
        raise InputError(Problem(Location(str(key)), text))


def _find_public(key: Path) -> str:
    """Return the public half of a key, as a file of allowed signers has it."""
    if key.suffix == ".pub":
        return " ".join(key.read_text("utf-8").split()[:2])
    return " ".join(_start("ssh-keygen", "-y", "-P", "", "-f", str(key)).stdout.decode().split()[:2])


def _is_signed(record: Path, signature: Path, signers: Path, name: str) -> bool:
    """Tell whether a signature is for these bytes, and by this one of the signers."""
    arguments = ("-f", str(signers), "-s", str(signature), "-I", name)
    return signature.is_file() and _run("verify", *arguments, given=record.read_bytes()).returncode == 0


def _run(what: str, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return _start("ssh-keygen", "-Y", what, "-n", NAMESPACE, *arguments, given=given)


def _start(*command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    # Nothing of it may ask: there may be nobody to answer.
    environ = {**os.environ, "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C"}
    try:
        return subprocess.run(
            command, input=given, capture_output=True, env=environ, start_new_session=True, check=False
        )
    except FileNotFoundError:
        text = "`ssh-keygen` was not found. Install OpenSSH 8.9 or later (Debian: openssh-client)."
        raise SetupError(text) from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (done.stderr + done.stdout).decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else f"status {done.returncode}"
