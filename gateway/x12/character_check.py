"""Whether data keeps to the character set agreed with the partner: *basic* or *extended* of X12.6.

What no set allows, control characters and bytes that are no text, is found with every element; here are the
characters that only a partner's agreement excludes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gateway.core.location import Location
from gateway.x12.character_set import decode
from gateway.x12.delimiters import Delimiters
from gateway.x12.diagnosis import shortened
from gateway.x12.faults import Fault, SyntaxFinding
from gateway.x12.repertoire import BASIC, EXTENDED
from gateway.x12.segments import Segment

CHARACTER_SETS = {"basic": BASIC, "extended": EXTENDED}


def check_characters(
    segments: Sequence[Segment],
    charset: str,
    delimiters: Delimiters,
    place: Location,
    version: str,
    encoding: str | None,
) -> Iterator[SyntaxFinding]:
    """One finding for each element with characters outside the set (``basic`` or ``extended``).

    ``place`` holds file and control numbers, ``version`` is GS08.
    """
    allowed = CHARACTER_SETS[charset] | set(delimiters.all())
    for segment in segments:
        if allowed.issuperset(segment.raw):
            continue
        for position, raw in enumerate(segment.elements[1:], 1):
            text = decode(raw, encoding)
            bad = "".join(dict.fromkeys(c for c in text if c.isprintable() and c not in allowed))
            if bad:
                yield SyntaxFinding(
                    code=Fault.BAD_CHARACTER.code,
                    message=f"{segment.tag}{position:02d} contains {bad!r}, outside the {charset} character set",
                    location=replace(
                        place,
                        segment_number=segment.number,
                        segment=segment.tag,
                        element=position,
                        offset=segment.element_offset(position),
                    ),
                    found=shortened(raw, encoding),
                    wanted=f"characters of the {charset} set",
                    rule=f"X12.6, {charset} character set",
                    fix="Ask the partner to keep to the agreed characters, or agree on a wider set",
                    standard_code=Fault.BAD_CHARACTER.standard_code(version),
                    fault=Fault.BAD_CHARACTER,
                )
