"""Typed reading of a table of configuration: each value by its name, every fault a finding with its place.

A section remembers which names were asked for; :meth:`Section.close` reports the others and proposes the nearest, so a
typo is never silently a default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.partnerships.tree import Entry, Node, Place, Scalar, Sequence, Table, describe_node

SECRET_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class Section:
    """One table of a configuration file. ``path`` names it in messages: ``orders``, ``connections.acme-as2``."""

    def __init__(self, table: Table, file: str, findings: list[Finding], path: str = "") -> None:
        self.table = table
        self.file = file
        self.path = path
        self._findings = findings
        self._entries = {entry.name: entry for entry in table.entries}
        self._asked: dict[str, None] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names that stand in the section, in the order of the file."""
        return tuple(self._entries)

    @property
    def asked(self) -> tuple[str, ...]:
        """The names that were asked for so far: what may stand here."""
        return tuple(self._asked)

    def text(self, name: str) -> str | None:
        """A text, or None where the name is absent. A name without a value is a fault."""
        node = self._node(name)
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.fault(name, "not-a-text", f"{self.full(name)} is {describe_node(node)}", "one text")
            return None
        if not node.text.strip():
            message = f"{self.full(name)} has no value"
            self.fault(name, "value-missing", message, "a value, or the line left out")
            return None
        return node.text

    def required_text(self, name: str) -> str:
        """A text that has to be there; the empty text, and a finding, where it is not."""
        value = self.text(name)
        if value is None and name not in self._entries:
            self.fault(None, "name-missing", f"{self.full(name)} is missing", f"a line {name}: …")
        return value or ""

    def matching(self, name: str, pattern: str, wanted: str, *, required: bool = False) -> str | None:
        """A text of a given form (a regular expression for the whole text)."""
        value = (self.required_text(name) or None) if required else self.text(name)
        if value is not None and re.fullmatch(pattern, value, re.ASCII) is None:
            self.fault(name, "value-not-valid", f"{self.full(name)} is {value!r}", wanted, found=value)
            return None
        return value

    def choice(self, name: str, choices: Iterable[str], default: str) -> str:
        """One of the given words."""
        value = self.text(name)
        known = tuple(choices)
        if value is None or value in known:
            return value or default
        near = get_close_matches(value, known, n=1)
        wanted = f"one of {', '.join(known)}" + (f"; perhaps {near[0]}" if near else "")
        self.fault(name, "value-not-valid", f"{self.full(name)} is {value!r}", wanted, found=value)
        return default

    def yes_no(self, name: str, default: bool) -> bool:
        """``yes`` or ``no`` (``true`` and ``false`` too)."""
        value = self.text(name)
        if value is None:
            return default
        if value.lower() not in _YES_NO:
            self.fault(name, "value-not-valid", f"{self.full(name)} is {value!r}", "yes or no", found=value)
        return _YES_NO.get(value.lower(), default)

    def whole(self, name: str, default: int, minimum: int, maximum: int) -> int:
        """A whole number within bounds, both included."""
        value = self.text(name)
        if value is None:
            return default
        if re.fullmatch(r"\d{1,12}", value, re.ASCII) and minimum <= int(value) <= maximum:
            return int(value)
        wanted = f"a whole number from {minimum} to {maximum}"
        self.fault(name, "value-not-valid", f"{self.full(name)} is {value!r}", wanted, found=value)
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one. Empty where the name is absent."""
        node = self._node(name)
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            value = self.text(name)
            return () if value is None else (value,)
        found = []
        for item in node.items:
            if isinstance(item, Scalar) and item.text.strip():
                found.append(item.text)
            else:
                message = f"{self.full(name)} holds {describe_node(item) or 'an empty value'}"
                self.fault(name, "not-a-text", message, "a list of texts", place=item.place)
        return tuple(found)

    def secret(self, name: str) -> str | None:
        """A reference to a secret; a secret itself is refused and not repeated in the finding."""
        value = self.text(name)
        if value is None or SECRET_REFERENCE.fullmatch(value):
            return value
        message = f"{self.full(name)} holds the secret itself"
        fix = "Put the secret into an environment variable or a file, write the reference here, and change the secret"
        self.fault(name, "secret-in-file", message, "a reference: env:NAME or file:PATH", fix=fix)
        return None

    def section(self, name: str) -> Section | None:
        """A table inside this one, or None."""
        node = self._node(name)
        return None if node is None else self._section(self.full(name), name, node)

    def sections(self, name: str) -> list[Section]:
        """A list of tables."""
        node = self._node(name)
        if node is None:
            return []
        if not isinstance(node, Sequence):
            self.fault(name, "not-a-list", f"{self.full(name)} is {describe_node(node)}", "a list of tables")
            return []
        made = [
            self._section(f"{self.full(name)}[{number}]", name, item)
            for number, item in enumerate(node.items, 1)
        ]
        return [section for section in made if section is not None]

    def named_sections(self) -> list[tuple[str, Section]]:
        """Every name of this table with the table it holds; the names are free."""
        made = [(name, self.section(name)) for name in self.names]
        return [(name, section) for name, section in made if section is not None]

    def close(self) -> None:
        """Reports the names that nobody asked for."""
        for name in self.names:
            if name in self._asked:
                continue
            near = get_close_matches(name, self._asked, n=1)
            wanted = f"perhaps {near[0]}" if near else "one of " + ", ".join(self._asked)
            where = f" in {self.path}" if self.path else ""
            self.fault(name, "name-unknown", f"There is no setting {name}{where}", wanted, found=name)

    def full(self, name: str) -> str:
        """The name with the path of its section, for messages."""
        return f"{self.path}.{name}" if self.path else name

    def place(self, name: str | None = None) -> Place:
        """Where the name stands, or where the section begins."""
        entry = self._entries.get(name) if name is not None else None
        return self.table.place if entry is None else entry.place

    def location(self, name: str | None = None) -> Location:
        """The same as a location."""
        place = self.place(name)
        return Location(file=self.file, line=place.line, column=place.column)

    def fault(
        self,
        name: str | None,
        code: str,
        message: str,
        wanted: str,
        *,
        found: str | None = None,
        fix: str | None = None,
        place: Place | None = None,
    ) -> None:
        """Notes a fault at a name of the section (None: at the section), or at a place given."""
        where = place or (self._value_place(name) if found is not None else self.place(name))
        self._findings.append(
            Finding(
                code=code,
                message=message,
                location=Location(file=self.file, line=where.line, column=where.column),
                found=found,
                wanted=wanted,
                fix=fix or f"Correct {self.file}, line {where.line}",
            )
        )

    def _value_place(self, name: str | None) -> Place:
        entry: Entry | None = self._entries.get(name) if name is not None else None
        if entry is None:
            return self.table.place
        return entry.node.place if isinstance(entry.node, Scalar) and name in self._asked else entry.place

    def _node(self, name: str) -> Node | None:
        self._asked[name] = None
        entry = self._entries.get(name)
        return None if entry is None else entry.node

    def _section(self, path: str, name: str, node: Node) -> Section | None:
        if isinstance(node, Table):
            return Section(node, self.file, self._findings, path)
        message = f"{path} is {describe_node(node) or 'empty'}"
        self.fault(name, "not-a-table", message, "a table of names with values", place=node.place)
        return None
