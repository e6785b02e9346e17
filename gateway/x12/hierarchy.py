"""HL trees: HL01 numbers each level, HL02 names the parent, HL03 the kind of level, HL04 whether it has children.

Source: segment HL, its semantic notes, and element 1005 (BSN05) for the order of levels in an 856. What breaks the
tree is an error; a gap in the numbers, a wrong HL04 or levels in another order than announced leave it readable and
are warnings.
"""

from __future__ import annotations

from gateway.x12.diagnosis import Diagnosis
from gateway.x12.faults import Fault
from gateway.x12.segments import Segment

# BSN05: the order of levels, from the outermost inwards; a level may be left out. T (tare) holds P (pack).
_ORDERS = {"0001": "SOTPI", "0002": "SOITP", "0003": "STPOI", "0004": "SOI"}


def check_hierarchy(levels: list[Segment], structure: str, diagnosis: Diagnosis) -> None:
    """Judges the HL segments of a set, in their order; ``structure`` is BSN05, empty where the set has none."""
    parents = {segment.get(2) for segment in levels if segment.get(2)}
    seen: dict[str, Segment] = {}
    for place, segment in enumerate(levels, 1):
        _check_number(segment, place, seen, diagnosis)
        _check_parent(segment, levels[0], seen, diagnosis)
        _check_level(segment, seen.get(segment.get(2)), structure, diagnosis)
        _check_children(segment, parents, diagnosis)
        seen.setdefault(segment.get(1), segment)


def _check_number(segment: Segment, place: int, seen: dict[str, Segment], diagnosis: Diagnosis) -> None:
    number = segment.get(1)
    if number in seen:
        message = f"HL01 {number} was used before"
        _tell(diagnosis, Fault.HIERARCHY_NUMBER, segment, 1, message, "a new number")
    elif number and number != str(place):
        message = f"HL01 is {number}, the {place}. HL of the set"
        _tell(diagnosis, Fault.HIERARCHY_NUMBER, segment, 1, message, str(place), warning=True)


def _check_parent(segment: Segment, first: Segment, seen: dict[str, Segment], diagnosis: Diagnosis) -> None:
    parent = segment.get(2)
    if parent and parent not in seen:
        message = f"HL02 names {parent} as parent, but no earlier HL has that number"
        _tell(diagnosis, Fault.HIERARCHY_PARENT, segment, 2, message, "the HL01 of an earlier HL")
    elif not parent and segment.get(3) != first.get(3):
        message = f"HL {segment.get(1)} ({segment.get(3)}) names no parent in HL02, only {first.get(3)} stands alone"
        _tell(
            diagnosis, Fault.HIERARCHY_PARENT, segment, 2, message, "the HL01 of an earlier HL", warning=True
        )


def _check_level(segment: Segment, parent: Segment | None, structure: str, diagnosis: Diagnosis) -> None:
    order = _ORDERS.get(structure, "")
    if parent is None or parent is segment:
        return
    inner, outer = order.find(segment.get(3)), order.find(parent.get(3))
    # Packs within packs (T in T, P in P) are how some pallets are described.
    if -1 in (inner, outer) or inner > outer or (inner == outer and segment.get(3) in "TP"):
        return
    message = (
        f"HL {segment.get(1)} puts {segment.get(3)} inside {parent.get(3)}, not as BSN05 {structure} says"
    )
    _tell(
        diagnosis,
        Fault.HIERARCHY_LEVEL,
        segment,
        3,
        message,
        f"levels in the order {' '.join(order)}",
        warning=True,
    )


def _check_children(segment: Segment, parents: set[str], diagnosis: Diagnosis) -> None:
    number, child = segment.get(1), segment.get(4)
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
