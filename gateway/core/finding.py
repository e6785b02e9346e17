"""What is wrong, where, and what to do: findings are values, never exceptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.core.location import Location


class Severity(StrEnum):
    """``ERROR`` refuses its transaction set or order; ``WARNING`` lets it pass."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault of a document or a configuration file, as CONTRACT.md shows it.

    ``code`` is a stable kebab-case word (``element-too-long``), ``message`` a sentence that stands alone, ``found``
    the offending text, ``wanted`` what would have been right, ``rule`` what demands it (a guide row, or file:line),
    ``fix`` what the reader can do, ``standard_code`` the AK/IK/TA1 code where the standard has one.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    location: Location = Location()
    found: str | None = None
    wanted: str | None = None
    rule: str | None = None
    fix: str | None = None
    standard_code: str | None = None

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def to_json(self) -> dict[str, object]:
        """The finding as CONTRACT.md shows it; members that do not apply are absent."""
        document: dict[str, object] = {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "location": self.location.to_json(),
        }
        for name in ("found", "wanted", "rule", "fix", "standard_code"):
            value = getattr(self, name)
            if value is not None:
                document[name] = value
        return document

    @classmethod
    def from_json(cls, document: dict[str, object]) -> Finding:
        """The inverse of :meth:`to_json`, for findings kept in the ledger."""
        values = dict(document)
        place = values.pop("location", {})
        severity = Severity(str(values.pop("severity", "error")))
        return cls(location=Location(**place), severity=severity, **values)  # type: ignore[arg-type]

    def describe(self) -> str:
        """Some lines for a person: the sentence, then where, found, wanted, rule and fix."""
        lines = [f"{self.severity.value}: {self.message} [{self.code}]"]
        for label, text in (
            ("where", self.location.describe()),
            ("found", self.found),
            ("wanted", self.wanted),
            ("rule", self.rule),
            ("fix", self.fix),
        ):
            if text:
                lines.append(f"  {label:<7} {text}")
        return "\n".join(lines)

    def in_file(self, file: str | None) -> Finding:
        """The same finding with the file's name added to its place."""
        return replace(self, location=replace(self.location, file=file)) if file else self


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of the findings refuses what it was found in."""
    return any(finding.is_error for finding in findings)
