"""What stands around interchanges: byte order marks, blank lines, banners of networks, junk."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.core.finding import Severity
from gateway.core.location import Location
from gateway.x12.diagnosis import shortened
from gateway.x12.faults import Fault, SyntaxFinding

_KEPT = 4096
_BLANKS = "\r\n\t \x00\x1a"  # 0x1A ends text files of old systems
_UTF8_MARK = "\xef\xbb\xbf"
_UTF16_MARKS = ("\xff\xfe", "\xfe\xff")
_LINE_END = re.compile(r"\r\n|\r|\n")
_EDIFACT = re.compile(r"UNA.{6}|UNB[^A-Za-z0-9]")
_LOOKS_LIKE_SEGMENTS = re.compile(r"(?:^|[^A-Za-z0-9])(?:GS|ST|SE|GE|IEA|PO1|BEG)[^A-Za-z0-9\s]")


class Skipped:
    """Text passed over on the way to an ISA; the beginning of it is kept for the finding."""

    def __init__(self, offset: int, file: str | None, *, first: bool) -> None:
        self.offset = offset
        self.file = file
        self.first = first  # nothing was read from this file before
        self.length = 0
        self._text = ""
        self._kept_all = True

    def add(self, text: str) -> None:
        """More text that belongs to no interchange."""
        self.length += len(text)
        room = _KEPT - len(self._text)
        self._text += text[:room]
        self._kept_all = self._kept_all and len(text) <= room

    def findings_before(self, interchange: str) -> Iterator[SyntaxFinding]:
        """What to tell of the text before an ISA."""
        text = self._text
        if self.first and text.startswith(_UTF8_MARK):
            text = text[len(_UTF8_MARK) :]
            yield self._finding(
                Fault.BYTE_ORDER_MARK,
                "The file begins with a byte order mark, which is skipped",
                Severity.WARNING,
            )
        yield from self._told(text, f"before the ISA {interchange}")

    def findings_at_end(self) -> Iterator[SyntaxFinding]:
        """What to tell where no ISA follows: of a whole file without one, or of text after the last IEA."""
        if not self.first:
            yield from self._told(self._text, "after the last interchange")
        elif not self._text.removeprefix(_UTF8_MARK).strip(_BLANKS) and self._kept_all:
            yield self._finding(
                Fault.FILE_EMPTY, "The file is empty", Severity.ERROR, fix="Ask the partner to send it again"
            )
        else:
            what, fix = self._guess()
            yield self._finding(
                Fault.NO_INTERCHANGE,
                f"The file holds no interchange: no ISA segment was found{what}",
                Severity.ERROR,
                found=shortened(self._text[:60]),
                wanted="an ISA segment of 106 characters",
                fix=fix,
            )

    def _guess(self) -> tuple[str, str]:
        """What a file without ISA may be instead, and what to do about it."""
        text = self._text.removeprefix(_UTF8_MARK).lstrip(_BLANKS)
        if self._text.startswith(_UTF16_MARKS):
            return "; its text is UTF-16", "Ask the partner to send plain text"
        if _EDIFACT.match(text):
            return "; it is EDIFACT, which is not read", "Ask the partner to send X12"
        width = _wrapped_at(text)
        if width:
            fix = "Ask the network or the partner to send the file without these line breaks"
            return f"; the text is wrapped into lines of {width} characters, in the middle of the ISA", fix
        if text.startswith("<"):
            return "; it looks like XML", "Hand it in as XML, or ask the partner to send X12"
        if _LOOKS_LIKE_SEGMENTS.search(text):
            return (
                ", though segments stand there",
                "Ask the partner to send the whole file again, with ISA and IEA",
            )
        return "", "Ask the partner what this file is"

    def _told(self, text: str, where: str) -> Iterator[SyntaxFinding]:
        junk = text.strip(_BLANKS)
        if not junk and self._kept_all:
            if max(text.count("\n"), text.count("\r")) > 1 or "\x00" in text or "\x1a" in text:
                yield self._finding(
                    Fault.TEXT_AROUND, f"{self.length} blank characters {where} are skipped", Severity.WARNING
                )
            return
        lost = _LOOKS_LIKE_SEGMENTS.search(text) is not None
        yield self._finding(
            Fault.TEXT_AROUND,
            f"{self.length} bytes {where} belong to no interchange"
            + (", but look like segments" if lost else ""),
            Severity.ERROR if lost else Severity.WARNING,
            found=shortened(junk[:60]),
            wanted="interchanges from ISA to IEA, one after another",
            fix="Ask the partner to send the whole file again" if lost else None,
        )

    def _finding(
        self,
        fault: Fault,
        message: str,
        severity: Severity,
        *,
        found: str | None = None,
        wanted: str | None = None,
        fix: str | None = None,
    ) -> SyntaxFinding:
        return SyntaxFinding(
            code=fault.code,
            message=message,
            severity=severity,
            location=Location(file=self.file, offset=self.offset),
            found=found,
            wanted=wanted,
            fix=fix,
            standard_code=fault.standard_code(),
            fault=fault,
        )


def _wrapped_at(text: str) -> int:
    """How long the lines are where an ISA, 106 characters at least, is broken into lines of one length; else 0."""
    first, second = [*_LINE_END.split(text[text.find("ISA") :], maxsplit=2), ""][:2]
    fits = first.startswith("ISA") and 20 <= len(first) < 106 and len(second) <= len(first)
    # An ISA cut there goes on: together the lines hold its sixteen separators.
    return len(first) if fits and (first + second).count(first[3]) >= 16 and first.count(first[3]) < 16 else 0
