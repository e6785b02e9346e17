"""Seen from the kernel: what was taken is on disk before anybody is told, whichever door it came by (promise 1).

kill -9 proves only that commits are whole; a lost power supply also takes what was written and not yet synced.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.station import partner_file, purchase_order, station

ROOT = Path(__file__).parents[2]
CALLS = "fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,write"

BY_HAND = """
from gateway.flow.receive import Arrival, receive
document_id = receive(opened.gateway, Arrival(data=ORDER, door="acme-folder", file_name="drop.edi"))
print(f"RECEIPT D{document_id}", flush=True)
"""
FROM_A_FOLDER = """
from gateway.work.schedule import Schedule
assert Schedule(opened.gateway).poll_all()
"""
OPENING = """
import sys
from pathlib import Path
from gateway.settings import Settings
from gateway.work.opening import open_gateway

ORDER = Path(sys.argv[3]).read_bytes()
opened = open_gateway(Settings.load(Path(sys.argv[1]), sys.argv[2], {}), {})
print("OPEN", flush=True)
"""


@pytest.fixture
def traced(tmp_path: Path) -> Path:
    """A workspace with an empty ledger; skips where system calls can't be watched."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    if subprocess.run([strace, "-o", "/dev/null", "true"], check=False, capture_output=True).returncode:
        pytest.skip("strace may not watch processes here")
    folder = tmp_path / "workspace"
    with station(folder, f"sqlite:///{folder / 'gateway.db'}", {"acme": partner_file("acme")}):
        pass
    (folder / "order.edi").write_text(purchase_order(), encoding="utf-8")
    return folder


def trace(folder: Path, script: str) -> list[str]:
    """What the process asked of the kernel once the gateway was open, by the names of what each call was about."""
    log = folder / "trace.txt"
    watch = ["strace", "-f", "-y", "-s", "200", "-e", f"trace={CALLS}", "-o", str(log)]
    url = f"sqlite:///{folder / 'gateway.db'}"
    subprocess.run(
        [*watch, sys.executable, "-c", OPENING + script, str(folder), url, str(folder / "order.edi")],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        timeout=120,
    )
    lines = log.read_text(encoding="utf-8").splitlines()
    opened = next(number for number, line in enumerate(lines) if '"OPEN' in line)
    named = [name for line in lines[opened + 1 :] if (name := what(line)) is not None]
    return [name for number, name in enumerate(named) if number == 0 or named[number - 1] != name]


def what(line: str) -> str | None:
    """The call in our words; None for what has nothing to do with an arrival."""
    synced = re.search(r"f(?:data)?sync\(\d+<([^>]*)>", line)
    if synced is not None:
        path = synced[1].removesuffix(" (deleted)")
        if path.endswith(".part"):
            return "archive file synced"
        if re.search(r"archive/\w\w/\w\w$", path):
            return "archive folder synced"
        return "commit synced" if path.endswith("gateway.db-wal") else None
    if re.search(r"rename\w*\(.*\.part.*archive", line):
        return "archive file renamed"
    if re.search(r"(rename|link)\w*\(.*mailboxes/acme/in/", line):
        return "partner's file moved"
    return "receipt" if re.search(r'write\(1<[^>]*>, "RECEIPT D', line) else None


TAKEN = ["archive file synced", "archive file renamed", "archive folder synced", "commit synced"]


def test_archive_and_commit_are_on_disk_before_the_receipt(traced: Path) -> None:
    calls = trace(traced, BY_HAND)
    assert calls[: len(TAKEN) + 1] == [*TAKEN, "receipt"]


def test_archive_and_commit_are_on_disk_before_the_partners_file_moves(traced: Path) -> None:
    inbox = traced / "data" / "mailboxes" / "acme" / "in"
    inbox.mkdir(parents=True)
    (traced / "order.edi").rename(inbox / "order.edi")
    (traced / "order.edi").write_bytes(b"")
    calls = trace(
        traced,
        "import time\ntime.sleep(1.2)  # until the file has been quiet for long enough\n" + FROM_A_FOLDER,
    )
    assert calls[: len(TAKEN) + 1] == [*TAKEN, "partner's file moved"]
    assert calls.count("archive file renamed") == 1
