"""What the semantic notes of the sets ask of their content: line counts and hash totals (CTT), LS/LE pairs, and, each
in its own module, HL trees and dates under a format qualifier.

None of it has a code of its own in an acknowledgement. Totals are warnings: large senders get them wrong in orders
that are otherwise good, and whether to hold such an order is the partner's rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from gateway.core.quantity import parse_decimal
from gateway.x12.diagnosis import Diagnosis
from gateway.x12.faults import Fault
from gateway.x12.hierarchy import check_hierarchy
from gateway.x12.period import period_faults
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

# CTT02 adds up this element of these segments: quantities ordered, invoiced, shipped, on hand.
HASHED = {
    "810": ("IT1", 2),
    "846": ("QTY", 2),
    "850": ("PO1", 2),
    "855": ("PO1", 2),
    "856": ("SN1", 2),
    "860": ("POC", 3),
    "865": ("POC", 3),
}


def check_content(
    segments: Sequence[Segment], uses: Sequence[SegmentUse | None], diagnosis: Diagnosis
) -> None:
    """Checks what the set counts and refers to; findings go to the diagnosis."""
    by_tag: dict[str, list[Segment]] = {}
    for segment, use in zip(segments, uses, strict=True):
        if use is None:
            continue
        if use.tag in _INTERESTING:
            by_tag.setdefault(use.tag, []).append(segment)
        elif use.tag in _QUALIFIED:
            for wrong in period_faults(segment, use.segment):
                diagnosis.element(segment, use.segment, use.loop.path, wrong)
    for total in by_tag.get("CTT", [])[:1]:
        _check_count(total, segments, diagnosis)
        _check_hash(total, segments, diagnosis)
    if "HL" in by_tag:
        beginning = by_tag.get("BSN", [])
        check_hierarchy(by_tag["HL"], beginning[0].get(5) if beginning else "", diagnosis)
    if "LS" in by_tag or "LE" in by_tag:
        _check_bounds([segment for segment in segments if segment.tag in ("LS", "LE")], diagnosis)


_INTERESTING = frozenset({"BSN", "CTT", "HL", "LS", "LE"})
_QUALIFIED = frozenset({"DMG", "DTM", "DTP", "YNQ"})  # elements 1250 and 1251 stand in these


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
    if said not in _hash_totals(amounts):
        diagnosis.content(
            Fault.HASH_TOTAL_WRONG,
            total,
            2,
            f"CTT02 says {total.get(2)}, but {tag}{element:02d} adds up to {summed:f}",
            f"{summed:f}",
            warning=True,
        )


def _hash_totals(amounts: list[Decimal]) -> set[Decimal]:
    """Every total in use. Element 347 adds up without regard to decimal points and signs and cuts leading digits to
    fit; most senders simply add.
    """
    without_point = [Decimal(format(amount, "f").replace(".", "")) for amount in amounts]
    unsigned = [[abs(amount) for amount in numbers] for numbers in (amounts, without_point)]
    sums = {sum(numbers, Decimal(0)) for numbers in (amounts, without_point, *unsigned)}
    return sums | {total % 10**10 for total in sums}


def _check_bounds(bounds: list[Segment], diagnosis: Diagnosis) -> None:
    """LE01 repeats the identifier of its LS (segments LS and LE)."""
    open_loop = ""
    for segment in bounds:
        if segment.tag == "LS":
            open_loop = segment.get(1)
        elif segment.get(1) != open_loop:
            message = f"LE01 is {segment.get(1)!r}, but the loop was opened by LS01 {open_loop!r}"
            diagnosis.content(Fault.LOOP_IDENTIFIER, segment, 1, message, open_loop, warning=False)
