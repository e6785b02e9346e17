"""The closed vocabulary of what can be wrong with X12 syntax, named after the standard's conditions.

Each fault knows its level, the code of its finding, and the code that an acknowledgement reports it with: AK304,
AK403, AK502 and AK905 of the 997 (IK3, IK4, IK5 and AK9 of the 999 use the same values for these), TA105 of the TA1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from gateway.core.finding import Finding
from gateway.x12.guide import release_of


class Level(StrEnum):
    """What a fault belongs to, and so where it is acknowledged."""

    ELEMENT = "element"  # AK4 / IK4
    SEGMENT = "segment"  # AK3 / IK3
    CONTENT = (
        "content"  # a total or a tree that does not add up: no code in the standard, shown as AK3 code 8
    )
    SET = "set"  # AK5 / IK5
    GROUP = "group"  # AK9
    INTERCHANGE = "interchange"  # TA1
    FILE = "file"  # nothing to acknowledge


class Fault(Enum):
    """One condition: ``(finding code, level, acknowledgement code or None)``."""

    # Element: AK403, data element 723 (621 in IK4)
    ELEMENT_MISSING = ("element-missing", Level.ELEMENT, "1")
    CONDITION_UNMET = ("element-condition", Level.ELEMENT, "2")
    TOO_MANY_ELEMENTS = ("too-many-elements", Level.ELEMENT, "3")
    ELEMENT_TOO_SHORT = ("element-too-short", Level.ELEMENT, "4")
    ELEMENT_TOO_LONG = ("element-too-long", Level.ELEMENT, "5")
    BAD_CHARACTER = ("bad-character", Level.ELEMENT, "6")
    CODE_NOT_IN_LIST = ("code-not-in-list", Level.ELEMENT, "7")
    BAD_DATE = ("bad-date", Level.ELEMENT, "8")
    BAD_TIME = ("bad-time", Level.ELEMENT, "9")
    EXCLUSION_BROKEN = ("element-exclusion", Level.ELEMENT, "10")
    TOO_MANY_REPETITIONS = ("too-many-repetitions", Level.ELEMENT, "12")
    TOO_MANY_COMPONENTS = ("too-many-components", Level.ELEMENT, "13")

    # Segment: AK304, data element 720 (620 in IK3)
    SEGMENT_UNKNOWN = ("segment-unknown", Level.SEGMENT, "1")
    SEGMENT_UNEXPECTED = ("segment-unexpected", Level.SEGMENT, "2")
    SEGMENT_MISSING = ("segment-missing", Level.SEGMENT, "3")
    LOOP_TOO_OFTEN = ("loop-repeats-too-often", Level.SEGMENT, "4")
    SEGMENT_TOO_OFTEN = ("segment-repeats-too-often", Level.SEGMENT, "5")
    SEGMENT_NOT_IN_SET = ("segment-not-in-set", Level.SEGMENT, "6")
    SEGMENT_OUT_OF_SEQUENCE = ("segment-out-of-sequence", Level.SEGMENT, "7")
    SEGMENT_EMPTY = ("segment-empty", Level.SEGMENT, "8")

    # Content: what the semantic notes of the sets ask for
    LINE_COUNT_WRONG = ("line-count", Level.CONTENT, None)
    HASH_TOTAL_WRONG = ("hash-total", Level.CONTENT, None)
    HIERARCHY_NUMBER = ("hierarchy-number", Level.CONTENT, None)
    HIERARCHY_PARENT = ("hierarchy-parent", Level.CONTENT, None)
    HIERARCHY_LEVEL = ("hierarchy-level", Level.CONTENT, None)
    HIERARCHY_CHILD = ("hierarchy-child", Level.CONTENT, None)
    LOOP_IDENTIFIER = ("loop-identifier", Level.CONTENT, None)

    # Transaction set: AK502, data element 718 (618 in IK5)
    SET_NOT_SUPPORTED = ("set-unknown", Level.SET, "1")
    SET_TRAILER_MISSING = ("set-trailer-missing", Level.SET, "2")
    SET_CONTROL_NUMBER_DIFFERS = ("set-control-number", Level.SET, "3")
    SEGMENT_COUNT_WRONG = ("segment-count", Level.SET, "4")
    SET_IDENTIFIER_INVALID = ("set-identifier", Level.SET, "6")
    SET_CONTROL_NUMBER_INVALID = ("set-control-number-invalid", Level.SET, "7")
    SET_NOT_IN_GROUP = ("set-not-in-group", Level.SET, "18")
    SET_CONVENTION_INVALID = ("set-convention", Level.SET, "19")
    SET_CONTROL_NUMBER_TWICE = ("set-control-number-twice", Level.SET, "23")
    SET_TOO_LARGE = ("set-too-large", Level.SET, "5")

    # Functional group: AK905, data element 716
    GROUP_TYPE_UNKNOWN = ("group-unknown", Level.GROUP, "1")
    GROUP_VERSION_UNKNOWN = ("group-version", Level.GROUP, "2")
    GROUP_TRAILER_MISSING = ("group-trailer-missing", Level.GROUP, "3")
    GROUP_CONTROL_NUMBER_DIFFERS = ("group-control-number", Level.GROUP, "4")
    SET_COUNT_WRONG = ("set-count", Level.GROUP, "5")
    GROUP_CONTROL_NUMBER_INVALID = ("group-control-number-invalid", Level.GROUP, "6")
    GROUP_CONTROL_NUMBER_TWICE = ("group-control-number-twice", Level.GROUP, "19")
    GROUP_HEADER_ELEMENT = ("group-header", Level.GROUP, None)
    SEGMENT_OUTSIDE_SET = ("segment-outside-set", Level.GROUP, None)
    GROUP_VERSION_NEAREST = ("group-version-nearest", Level.GROUP, None)

    # Interchange: TA105, data element I18
    INTERCHANGE_CONTROL_NUMBER_DIFFERS = ("interchange-control-number", Level.INTERCHANGE, "001")
    SEGMENT_TERMINATOR_INVALID = ("segment-terminator", Level.INTERCHANGE, "004")
    SENDER_QUALIFIER_INVALID = ("sender-qualifier", Level.INTERCHANGE, "005")
    SENDER_INVALID = ("sender-identifier", Level.INTERCHANGE, "006")
    RECEIVER_QUALIFIER_INVALID = ("receiver-qualifier", Level.INTERCHANGE, "007")
    RECEIVER_INVALID = ("receiver-identifier", Level.INTERCHANGE, "008")
    AUTHORIZATION_QUALIFIER_INVALID = ("authorization-qualifier", Level.INTERCHANGE, "010")
    AUTHORIZATION_INVALID = ("authorization-information", Level.INTERCHANGE, "011")
    SECURITY_QUALIFIER_INVALID = ("security-qualifier", Level.INTERCHANGE, "012")
    SECURITY_INVALID = ("security-information", Level.INTERCHANGE, "013")
    INTERCHANGE_DATE_INVALID = ("interchange-date", Level.INTERCHANGE, "014")
    INTERCHANGE_TIME_INVALID = ("interchange-time", Level.INTERCHANGE, "015")
    STANDARD_INVALID = ("interchange-standard", Level.INTERCHANGE, "016")
    INTERCHANGE_VERSION_INVALID = ("interchange-version", Level.INTERCHANGE, "017")
    INTERCHANGE_CONTROL_NUMBER_INVALID = ("interchange-control-number-invalid", Level.INTERCHANGE, "018")
    ACKNOWLEDGEMENT_REQUEST_INVALID = ("acknowledgement-request", Level.INTERCHANGE, "019")
    USAGE_INVALID = ("usage-indicator", Level.INTERCHANGE, "020")
    GROUP_COUNT_WRONG = ("group-count", Level.INTERCHANGE, "021")
    HEADER_LENGTH_WRONG = ("interchange-header-length", Level.INTERCHANGE, "022")
    INTERCHANGE_TRAILER_MISSING = ("interchange-trailer-missing", Level.INTERCHANGE, "022")
    FILE_TRUNCATED = ("file-truncated", Level.INTERCHANGE, "023")
    SEGMENT_OUTSIDE_GROUP = ("segment-outside-group", Level.INTERCHANGE, "024")
    INTERCHANGE_TWICE = ("interchange-control-number-twice", Level.INTERCHANGE, "025")
    ELEMENT_SEPARATOR_INVALID = ("element-separator", Level.INTERCHANGE, "026")
    COMPONENT_SEPARATOR_INVALID = ("component-separator", Level.INTERCHANGE, "027")
    SEGMENTS_INDENTED = ("segments-indented", Level.INTERCHANGE, None)
    SEGMENTS_PADDED = ("segments-padded", Level.INTERCHANGE, None)
    TERMINATOR_MISSING = ("terminator-missing", Level.INTERCHANGE, None)
    BYTE_ORDER_MARK = ("byte-order-mark", Level.INTERCHANGE, None)
    TEXT_AROUND = ("text-around-interchange", Level.INTERCHANGE, None)

    # File: no interchange to answer
    FILE_EMPTY = ("file-empty", Level.FILE, None)
    NO_INTERCHANGE = ("no-interchange", Level.FILE, None)
    SEGMENT_WITHOUT_END = ("segment-without-end", Level.FILE, None)

    def __init__(self, code: str, level: Level, acknowledgement_code: str | None) -> None:
        self.code = code
        self.level = level
        self.acknowledgement_code = acknowledgement_code

    def standard_code(self, version: str | None = None) -> str | None:
        """The AK/IK/TA1 code in the group's version (GS08): 004010 lacks AK403 12 and 13, and AK502 18."""
        if version is not None and (release_of(version) or "") < "005010":
            return _BEFORE_005010.get(self.code, self.acknowledgement_code)
        return self.acknowledgement_code


# What 004010 says where its own list lacks the code: too many elements, and an ST01 that is invalid in this group.
_BEFORE_005010 = {"too-many-repetitions": "3", "too-many-components": "3", "set-not-in-group": "6"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntaxFinding(Finding):
    """A finding of the X12 reader, with what an AK3/AK4 or IK3/IK4 needs beyond the shared shape.

    ``location`` holds ``segment`` (AK301), ``segment_number`` in the set (AK302; for a missing segment the number of
    the one found in its place), ``element``, ``component`` and ``repetition`` (AK401) where they apply; ``found`` is
    the bad value (AK404), cut at 200 characters; ``standard_code`` is the acknowledgement code in the group's
    version. ``loop`` is the path of the guide's loop the segment stands in (AK303 takes its last part): ``PO1/N1``.
    ``element_number`` is the data element reference number (AK402): ``355``. ``trigger`` is, for a relational
    condition, the position of the element that made it bite (CTX05 of a 999): within a composite, of the component.
    """

    fault: Fault
    loop: str | None = None
    element_number: str | None = None
    trigger: int | None = None
