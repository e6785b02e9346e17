"""What starting and holding the X12 engine costs: measured in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import order_files

_START = """
import json, re, sys
from pathlib import Path
from time import process_time
from gateway.x12.guide import Guides
from gateway.x12.reader import read
guides = Guides.load(Path("schemas/x12"))
def chunks(path):
    with open(path, "rb") as file:
        while block := file.read(1 << 16):
            yield block
def say(**more):
    # Of this program alone: what getrusage reports includes the process that started it.
    peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
    megabytes = round(int(peak[1]) / 1024, 1) if peak else None
    print(json.dumps({"cpu_s": round(process_time(), 3), "peak_MB": megabytes, **more}))
"""
_READ = "say(events=sum(1 for _ in read(chunks(sys.argv[1]), guides)))"
_HOLD = """
from dataclasses import replace
from gateway.x12.compiled_guide import COMPILED
from gateway.x12.delimiters import Delimiters
from gateway.x12.punctuation import Punctuation
start = process_time()
for version, marks in (("004010", Delimiters()), ("005010", Delimiters(repetition="^"))):
    found = [guides.find(code, version) for code, there in guides.available.items() if version in there]
    partners = [replace(guides.find("850", version)) for _ in range(25)]
    compiled = [COMPILED.find(guide, Punctuation(marks, "\\n")) for guide in (*found, *partners)]
    compiled[0].lexicon.learn({tag: table for one in compiled for tag, table in one.tables.items()})
    for one in compiled:
        one.skeleton
say(compile_s=round(process_time() - start, 2))
"""


def measures(quick: bool) -> Iterator[dict[str, object]]:
    """Cold start, everything compiled, and the memory that a large file takes; ``quick`` takes 20 MB for 200."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small.edi", Path(folder) / "large.edi"
        order_files.write(small, 1)
        order_files.write(large, 9_800 if quick else 98_000)
        megabytes = round(large.stat().st_size / 1e6)
        yield {"bench": "x12 cold start, one small file", **_run(_START + _READ, small), "most_cpu_s": 0.3}
        yield {
            "bench": "x12 all sets of both versions, fifty partner guides",
            **_run(_START + _HOLD),
            "most_MB": 200,
        }
        yield {"bench": f"x12 a file of {megabytes} MB", **_run(_START + _READ, large), "most_MB": 64}


def _run(program: str, *arguments: Path) -> dict[str, object]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, cwd=order_files.ROOT, capture_output=True, text=True, check=True)
    result: dict[str, object] = json.loads(done.stdout)
    return result
