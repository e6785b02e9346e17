"""``make bench``: every measurement, one JSON object a line."""

from __future__ import annotations

import json

from bench import canonical_json

for measure in (canonical_json.write, canonical_json.read):
    print(json.dumps(measure()), flush=True)
