"""Which segments of an 850 the canonical order holds, and a warning about those it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.x12.segments import Segment

_ENVELOPE = frozenset({"ST", "SE", "LS", "LE"})
_HEADING = frozenset(
    {
        *("BEG", "CUR", "REF", "PER", "SAC", "ITD", "DTM", "TD5", "TXI", "AMT"),
        *("N9", "MSG", "MTX", "NTE", "SPI", "N1", "N2", "N3", "N4", "CTT"),
    }
)
_LINE = frozenset(
    {
        *("PO1", "LIN", "CUR", "CTP", "PID", "PO4", "REF", "SAC", "TXI", "SDQ", "DTM"),
        *("N9", "MSG", "MTX", "NTE", "SPI", "N1", "N2", "N3", "N4", "PER", "CTT", "AMT"),
    }
)


def not_carried(segments: Iterable[Segment], place: Location) -> tuple[Finding, ...]:
    """One warning that names the segments without a place in the order, so that nothing is lost in silence.

    They stay in the archived file, and a partner's map may take them later.
    """
    counts: Counter[str] = Counter()
    carried = _HEADING
    for segment in segments:
        if segment.tag == "PO1":
            carried = _LINE
        if segment.tag not in carried and segment.tag not in _ENVELOPE:
            counts[segment.tag] += 1
    if not counts:
        return ()
    names = ", ".join(f"{tag} ({count})" if count > 1 else tag for tag, count in counts.items())
    return (
        Finding(
            code="segments-not-carried",
            message=f"The order has no place for {names}; only the archived file keeps it",
            severity=Severity.WARNING,
            location=place,
            found=names,
            fix="If it matters, extend the partner's map",
        ),
    )
