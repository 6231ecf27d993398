"""Signed evidence: what was edited after it was signed makes the audit fail."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from drillbook.cli.main import main
from drillbook.project.project import load_project
from drillbook.site.build import build_site
from tests.conftest import give_evidence, lay_out_project

RECORD = "evidence/bytes/production/env.json"
SIGNATURE = "signatures/bytes/production/env.sig"


def make_key(path: Path, passphrase: str = "") -> Path:
    """Make a key, and return its private half's file."""
    command = ("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f", str(path))
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def allow(root: Path, *keys: Path) -> None:
    """Write the file of those who may sign."""
    lines = [f"{key.name}@example.net {key.with_suffix('.pub').read_text()}" for key in keys]
    (root / "allowed_signers").write_text("".join(lines))


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a project whose evidence is complete and signed, its site, and its keys."""
    top = tmp_path_factory.mktemp("signed")
    root = lay_out_project("bytes", top / "project")
    give_evidence(root, "as it should be\n")
    for name in ("ci", "stranger"):
        make_key(top / name)
    allow(root, top / "ci")
    assert main(["--root", str(root), "sign", "--key", str(top / "ci")]) == 0
    build_site(load_project(root), top / "site")
    return top


@pytest.fixture
def copy(signed: Path, tmp_path: Path) -> Path:
    """Return a copy that a test may change."""
    return Path(shutil.copytree(signed, tmp_path / "copy"))


def audit(top: Path, *options: str) -> int:
    return main(["--root", str(top / "project"), "audit", str(top / "site"), *options])


def resign(top: Path, key: str, *options: str) -> int:
    return main(["--root", str(top / "project"), "sign", "--key", str(top / key), *options])


def edit(path: str, old: str, new: str) -> Callable[[Path], None]:
    """Return an edit of one file."""

    def change(top: Path) -> None:
        text = (top / path).read_text("utf-8")
        assert old in text
        (top / path).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def test_what_is_as_it_was_signed_passes(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(signed, "--require-signature", "--strict") == 0
    assert "the site matches its sources" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(edit("site/production/bytes/page.html", "</pre>", " </pre>"), id="a page"),
        pytest.param(edit(f"project/{RECORD}", "as it should be", "as it should bE"), id="a record"),
        pytest.param(edit("project/snippets/bytes/tabs.sh", "\n# ///\n", "\n# ///\n\n"), id="a snippet"),
        pytest.param(edit("project/environments/production.yml", "bytes-01", "bytes-02"), id="a value"),
        pytest.param(edit("project/sandboxes/bytes/compose.yaml", "services:", "services: # other"), id="a sandbox"),
    ],
)
def test_an_edit_makes_the_audit_fail(copy: Path, change: Callable[[Path], None]) -> None:
    change(copy)
    assert audit(copy, "--require-signature", "--strict") == 1


def test_a_forged_record_is_found_by_its_signature_alone(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(f"project/{RECORD}", "as it should be", "much better")(copy)
    shutil.rmtree(copy / "site")
    build_site(load_project(copy / "project"), copy / "site")
    assert audit(copy, "--strict") == 0
    assert audit(copy, "--require-signature") == 1
    said = capsys.readouterr().out
    assert f"{RECORD}: its signature, by ci@example.net, is not for these bytes. Verify the snippet again" in said
    assert said.count("\n") == 1


def test_a_record_without_a_signature_is_found(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "project" / SIGNATURE).unlink()
    assert audit(copy) == 0
    assert audit(copy, "--require-signature") == 1
    said = capsys.readouterr().out
    assert said == f"{RECORD}: nobody has signed it. Run `drillbook sign --key KEY`.\n"


def test_a_strangers_signature_is_found(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert resign(copy, "stranger", "bytes/env", "-e", "production") == 0
    assert audit(copy, "--require-signature") == 1
    assert f"{RECORD}: its signer is not in allowed_signers. Have an allowed signer sign it." in capsys.readouterr().out
    allow(copy / "project", copy / "ci", copy / "stranger")
    assert audit(copy, "--require-signature") == 0


def test_a_signature_for_something_else_does_not_count(copy: Path) -> None:
    given = (copy / "project" / RECORD).read_bytes()
    command = ("ssh-keygen", "-Y", "sign", "-n", "file", "-f", str(copy / "ci"))
    made = subprocess.run(command, input=given, capture_output=True, check=True)
    (copy / "project" / SIGNATURE).write_bytes(made.stdout)
    assert audit(copy, "--require-signature") == 1


def test_a_record_in_anothers_place_is_found(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place, suffix in (("evidence", "json"), ("signatures", "sig")):
        folder = copy / "project" / place / "bytes" / "production"
        shutil.copy(folder / f"tabs.{suffix}", folder / f"env.{suffix}")
    assert audit(copy, "--require-signature") == 1
    assert f"{RECORD}: it is the record of bytes/tabs in production, not of bytes/env" in capsys.readouterr().out
    assert resign(copy, "ci") == 2


def test_only_what_changed_is_signed_anew(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in (copy / "project/signatures").rglob("*.sig")}
    path = copy / "project" / RECORD
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert resign(copy, "ci") == 0
    after = {path: path.stat().st_mtime_ns for path in before}
    assert [path.name for path in before if before[path] != after[path]] == ["env.sig"]
    assert f"1 of {len(before)} records were signed" in capsys.readouterr().err


def test_a_key_in_an_agent_signs_by_its_public_half(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = make_key(copy / "locked", "a passphrase")
    agent = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    settings = dict(word.split("=", 1) for word in agent.replace("\n", "").split(";") if "=" in word)
    for name in ("SSH_AUTH_SOCK", "SSH_AGENT_PID"):
        monkeypatch.setenv(name, settings[name])
    try:
        asked = copy / "ask"
        asked.write_text("#!/bin/sh\necho a passphrase\n")
        asked.chmod(0o755)
        monkeypatch.setenv("SSH_ASKPASS", str(asked))
        monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
        subprocess.run(["ssh-add", "-q", str(key)], check=True, stdin=subprocess.DEVNULL)
        assert resign(copy, "locked.pub") == 0
    finally:
        subprocess.run(["ssh-agent", "-k"], check=True, capture_output=True)
    allow(copy / "project", key)
    assert audit(copy, "--require-signature") == 0


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("none", "none: there is no such file. Name an SSH key."),
        ("locked", "this key cannot be used (Load key"),
        ("project/mkdocs.yml", "a private key without a passphrase"),
    ],
)
def test_a_key_that_cannot_be_used_is_bad_input(
    copy: Path, key: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_key(copy / "locked", "a passphrase")
    assert resign(copy, key) == 2
    assert said in capsys.readouterr().err


def test_no_list_of_signers_is_bad_input(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(copy, "--require-signature", "--signers", str(copy / "none")) == 2
    assert "none: there is no such file. Add one line for each signer" in capsys.readouterr().err


def test_without_ssh_keygen_it_says_what_to_install(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(copy))
    assert resign(copy, "ci") == 2
    assert "Install OpenSSH" in capsys.readouterr().err
