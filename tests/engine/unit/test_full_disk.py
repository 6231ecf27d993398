"""A disk that is full while evidence or a site is written: what was there is there, and it is said what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

# A mount that only this process sees: nothing of it is left behind.
PRIVATE = ("unshare", "--mount", *(() if os.geteuid() == 0 else ("--user", "--map-root-user")))
MOUNT = 'mount -t tmpfs -o size=64k none "$1" && shift && exec "$@"'


def run_on_a_small_disk(folder: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with a disk of 64 KiB mounted over a folder."""
    folder.mkdir(exist_ok=True)
    program = (sys.executable, "-c", textwrap.dedent(script), str(folder), *arguments)
    return subprocess.run(
        [*PRIVATE, "sh", "-c", MOUNT, "sh", str(folder), *program],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )


def test_a_record_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    script = """
        import sys
        from pathlib import Path
        from drillbook.core.errors import SetupError
        from drillbook.evidence.record import write_whole
        folder = Path(sys.argv[1])
        record = folder / "shop" / "production" / "it.json"
        write_whole(record, "old")
        (folder / "rest").write_bytes(bytes(40_000))
        try:
            write_whole(record, "new" * 20_000)
        except SetupError as error:
            print(error)
        print(record.read_text(), sorted(path.name for path in record.parent.iterdir()))
        (folder / "rest").unlink()
        write_whole(record, "new" * 15_000)
        print(len(record.read_text()))
    """
    done = run_on_a_small_disk(tmp_path / "evidence", script)
    assert done.returncode == 0, done.stderr
    said, kept, size = done.stdout.splitlines()
    assert said == (
        "evidence/shop/production/it.json: this could not be written (No space left on device) and is unchanged. "
        "Free some space, then run it again."
    )
    assert kept == "old ['it.json']"
    assert size == "45000"


def test_a_site_is_built_whole_or_not_at_all(bytes_root: Path, tmp_path: Path) -> None:
    script = """
        import sys
        from pathlib import Path
        from drillbook.cli.main import main
        folder = Path(sys.argv[1])
        (folder / "letter").write_text("dear")
        print(main(["--root", sys.argv[2], "build", "--site", str(folder / "site")]))
        print(sorted(path.name for path in folder.iterdir()))
    """
    done = run_on_a_small_disk(tmp_path / "small", script, str(bytes_root))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["2", "['letter']"]
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
