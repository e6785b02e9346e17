"""A place in a file: an X12 element, an XML line, a sheet cell, or a line of configuration."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where something was found. Members that do not apply are None and absent from JSON.

    ``file`` is the name the sender gave. X12: the control numbers of ``interchange`` (ISA13), ``group`` (GS06) and
    ``set`` (ST02); ``segment_number`` counts from 1 at ST (outside a set: from 1 at ISA); ``element``, ``component``
    and ``repetition`` count from 1; ``offset`` is the byte offset in the file, from 0, of the segment or element.
    XML: ``line``, ``column`` (from 1) and ``path``. Sheets: ``sheet`` and ``cell`` (``B7``). Configuration:
    ``line`` and ``column``.
    """

    file: str | None = None
    interchange: str | None = None
    group: str | None = None
    set: str | None = None
    segment_number: int | None = None
    segment: str | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    offset: int | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None
    sheet: str | None = None
    cell: str | None = None

    def to_json(self) -> dict[str, str | int]:
        """The members that apply, in the order CONTRACT.md shows them."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in pairs if value is not None}

    def describe(self) -> str:
        """One line for a person: ``drop.edi, ISA 42, GS 42, ST 0001, segment 14, PO102 (byte 812)``."""
        parts: list[str] = [self.file] if self.file else []
        for label, number in (("ISA", self.interchange), ("GS", self.group), ("ST", self.set)):
            if number is not None:
                parts.append(f"{label} {number}")
        if self.segment_number is not None:
            parts.append(f"segment {self.segment_number}")
        if self.segment is not None:
            parts.append(self._element_reference())
        if self.sheet is not None:
            parts.append(f"sheet {self.sheet}")
        if self.cell is not None:
            parts.append(f"cell {self.cell}")
        if self.line is not None:
            parts.append(f"line {self.line}" + (f":{self.column}" if self.column is not None else ""))
        if self.path is not None:
            parts.append(self.path)
        if self.offset is not None and self.segment is not None:
            parts[-1] += f" (byte {self.offset})"
        return ", ".join(parts)

    def _element_reference(self) -> str:
        """``PO1``, ``PO102`` or ``REF04-2``: the field's own way of naming an element."""
        text = self.segment or ""
        if self.element is not None:
            text += f"{self.element:02d}"
        if self.component is not None:
            text += f"-{self.component}"
        if self.repetition is not None and self.repetition > 1:
            text += f" repetition {self.repetition}"
        return text
