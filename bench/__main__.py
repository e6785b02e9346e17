"""``make bench``: every measurement, one JSON object a line. ``--quick`` takes smaller files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from bench import canonical_json, x12_processes, x12_reading


def measures(quick: bool) -> Iterator[dict[str, object]]:
    """All of them, in order."""
    yield canonical_json.write()
    yield canonical_json.read()
    yield from x12_reading.measures(quick)
    yield from x12_processes.measures(quick)


for measure in measures("--quick" in sys.argv[1:]):
    print(json.dumps(measure), flush=True)
