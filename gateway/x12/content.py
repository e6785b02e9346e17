"""What the semantic notes of the sets ask of their content: line counts and hash totals (CTT), HL trees, LS/LE pairs.

None of it has a code of its own in an acknowledgement. Totals are warnings: large senders get them wrong in orders
that are otherwise good, and whether to hold such an order is the partner's rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from gateway.core.quantity import parse_decimal
from gateway.x12.diagnosis import Diagnosis
from gateway.x12.faults import Fault
from gateway.x12.segments import Segment
from gateway.x12.tables import SegmentUse

# CTT01 counts these segments (CTT in the set's summary, semantic note).
LINE_SEGMENTS = {
    "180": "BLI",
    "810": "IT1",
    "846": "LIN",
    "850": "PO1",
    "855": "PO1",
    "856": "HL",
    "860": "POC",
    "865": "POC",
}

# CTT02 adds up this element of these segments.
HASHED = {"810": ("IT1", 2), "850": ("PO1", 2), "855": ("PO1", 2), "856": ("SN1", 2)}


def check_content(
    segments: Sequence[Segment], uses: Sequence[SegmentUse | None], diagnosis: Diagnosis
) -> None:
    """Checks what the set counts and refers to; findings go to the diagnosis."""
    by_tag: dict[str, list[Segment]] = {}
    for segment, use in zip(segments, uses, strict=True):
        if use is not None and use.tag in _INTERESTING:
            by_tag.setdefault(segment.tag, []).append(segment)
    for total in by_tag.get("CTT", [])[:1]:
        _check_count(total, segments, diagnosis)
        _check_hash(total, segments, diagnosis)
    if "HL" in by_tag:
        _check_hierarchy(by_tag["HL"], diagnosis)
    if "LS" in by_tag or "LE" in by_tag:
        _check_bounds([segment for segment in segments if segment.tag in ("LS", "LE")], diagnosis)


_INTERESTING = frozenset({"CTT", "HL", "LS", "LE"})


def _check_count(total: Segment, segments: Sequence[Segment], diagnosis: Diagnosis) -> None:
    tag = LINE_SEGMENTS.get(diagnosis.guide.set_code)
    said = parse_decimal(total.get(1))
    if tag is None or said is None:
        return
    counted = sum(segment.tag == tag for segment in segments)
    if said != counted:
        diagnosis.content(
            Fault.LINE_COUNT_WRONG,
            total,
            1,
            f"CTT01 says {total.get(1)}, but the {diagnosis.guide.set_code} has {counted} {tag}",
            str(counted),
            warning=True,
        )


def _check_hash(total: Segment, segments: Sequence[Segment], diagnosis: Diagnosis) -> None:
    hashed = HASHED.get(diagnosis.guide.set_code)
    said = parse_decimal(total.get(2))
    if hashed is None or said is None:
        return
    tag, element = hashed
    amounts = [
        parse_decimal(segment.get(element)) or Decimal(0) for segment in segments if segment.tag == tag
    ]
    summed = sum(amounts, Decimal(0))
    # The standard's own example drops the decimal points before adding; both ways are in use.
    without_point = sum((Decimal(format(amount, "f").replace(".", "")) for amount in amounts), Decimal(0))
    # A hash total longer than its element loses its leading digits.
    if said not in (summed, without_point, summed % 10**10, without_point % 10**10):
        diagnosis.content(
            Fault.HASH_TOTAL_WRONG,
            total,
            2,
            f"CTT02 says {total.get(2)}, but {tag}{element:02d} adds up to {summed:f}",
            f"{summed:f}",
            warning=True,
        )


def _check_hierarchy(levels: list[Segment], diagnosis: Diagnosis) -> None:
    """HL01 numbers each level, HL02 names the parent, HL04 says whether it has children (segment HL)."""
    parents = {segment.get(2) for segment in levels if segment.get(2)}
    seen: set[str] = set()
    for place, segment in enumerate(levels, 1):
        number, parent, child = segment.get(1), segment.get(2), segment.get(4)
        if number in seen:
            _tell(
                diagnosis,
                Fault.HIERARCHY_NUMBER,
                segment,
                1,
                f"HL01 {number} was used before",
                "a new number",
            )
        elif number and number != str(place):
            message = f"HL01 is {number}, the {place}. HL of the set"
            _tell(diagnosis, Fault.HIERARCHY_NUMBER, segment, 1, message, str(place), warning=True)
        if parent and parent not in seen:
            message = f"HL02 names {parent} as parent, but no earlier HL has that number"
            _tell(diagnosis, Fault.HIERARCHY_PARENT, segment, 2, message, "the HL01 of an earlier HL")
        seen.add(number)
        has_children = number in parents
        if child in ("0", "1") and (child == "1") != has_children:
            words = "has children" if has_children else "has no children"
            message = f"HL04 is {child}, but HL {number} {words}"
            wanted = "1" if has_children else "0"
            _tell(diagnosis, Fault.HIERARCHY_CHILD, segment, 4, message, wanted, warning=True)


def _tell(
    diagnosis: Diagnosis,
    fault: Fault,
    segment: Segment,
    element: int,
    message: str,
    wanted: str,
    *,
    warning: bool = False,
) -> None:
    diagnosis.content(fault, segment, element, message, wanted, warning=warning, loop="HL")


def _check_bounds(bounds: list[Segment], diagnosis: Diagnosis) -> None:
    """LE01 repeats the identifier of its LS (segments LS and LE)."""
    open_loop = ""
    for segment in bounds:
        if segment.tag == "LS":
            open_loop = segment.get(1)
        elif segment.get(1) != open_loop:
            message = f"LE01 is {segment.get(1)!r}, but the loop was opened by LS01 {open_loop!r}"
            diagnosis.content(Fault.LOOP_IDENTIFIER, segment, 1, message, open_loop, warning=False)
