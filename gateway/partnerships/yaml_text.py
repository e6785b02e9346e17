"""YAML as a tree of texts: composed by ruamel.yaml, never constructed, so no scalar is guessed and no object made.

Refused, because they surprise the reader of a partner file: the same name twice, anchors used elsewhere (``*name``),
tags (``!name``), more than one document, and a text with an unbalanced quotation mark, mostly one cut at `` #``.
"""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode

from gateway.core.finding import Finding, Severity
from gateway.core.location import Location
from gateway.partnerships.tree import Entry, Node, Place, Scalar, Sequence, Table

_QUOTES = "Put the whole text between quotation marks"


def read_yaml(text: str, file: str) -> tuple[Table | None, list[Finding]]:
    """The table that a YAML file holds, or None where it cannot be read, and what is wrong with the text."""
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        return None, [_finding("yaml-not-readable", f"The YAML cannot be read: {fault.problem}", file, place)]
    except (YAMLError, ValueError) as fault:
        reason = str(fault).splitlines()[0]
        return None, [_finding("yaml-not-readable", f"The YAML cannot be read: {reason}", file, Place(1, 1))]
    except RecursionError:
        message = "The YAML cannot be read: it is nested too deeply"
        return None, [_finding("yaml-not-readable", message, file, Place(1, 1))]
    if not isinstance(root, MappingNode):
        message = "The file is empty" if root is None else "The file does not hold names with values"
        return None, [
            _finding("yaml-no-table", message, file, Place(1, 1), wanted="lines such as name: value")
        ]
    reader = _Reader(file, text.splitlines())
    table = reader.table(root)
    return table, reader.findings


class _Reader:
    """Turns ruamel's nodes into ours and notes what a reader would misread."""

    def __init__(self, file: str, lines: list[str]) -> None:
        self.file = file
        self.lines = lines
        self.findings: list[Finding] = []
        self._seen: set[int] = set()

    def node(self, node: YamlNode) -> Node:
        place = _place(node)
        if id(node) in self._seen:
            message = "A part of the file is used twice by an alias (*name)"
            self._fault("yaml-alias", message, place, "the values written out")
            return Scalar("", place)
        self._seen.add(id(node))
        tag = str(node.tag or "")
        if tag.startswith("!"):
            self._fault(
                "yaml-tag", f"The tag {tag} has no meaning here", place, "a plain text, list or table"
            )
        if isinstance(node, MappingNode):
            return self.table(node)
        if isinstance(node, SequenceNode):
            return Sequence(tuple(self.node(item) for item in node.value), place)
        return self._scalar(node, place) if isinstance(node, ScalarNode) else Scalar("", place)

    def table(self, node: MappingNode) -> Table:
        entries: dict[str, Entry] = {}
        for key, value in node.value:
            place = _place(key)
            if not isinstance(key, ScalarNode):
                self._fault("yaml-name", "A name is a list or a table", place, "a text before the colon")
                continue
            if key.value in entries:
                first = entries[key.value].place.line
                message = f"The name {key.value} stands twice, first in line {first}"
                self._fault("name-twice", message, place, "each name once")
                continue
            entries[key.value] = Entry(key.value, place, self.node(value))
        return Table(tuple(entries.values()), _place(node))

    def _scalar(self, node: ScalarNode, place: Place) -> Scalar:
        if node.style is None:  # plain, without quotation marks
            if node.value.count('"') % 2:
                self._fault(
                    "text-cut", "A quotation mark is not closed", place, "balanced quotes", found=node.value
                )
            elif self._cut_by_comment(node):
                message = (
                    f"The text after {node.value!r} was read as a comment, because of the # behind a blank"
                )
                self._fault("text-cut", message, place, "text with # in quotation marks", warning=True)
        return Scalar(node.value, place)

    def _cut_by_comment(self, node: ScalarNode) -> bool:
        """``- PO #``: the number sign belongs to the text; real comments have a blank and words after it."""
        end = node.end_mark
        rest = self.lines[end.line][end.column :] if end.line < len(self.lines) else ""
        return rest.startswith(" #") and rest[2:3] not in (" ", "#", "!") and bool(node.value)

    def _fault(
        self,
        code: str,
        message: str,
        place: Place,
        wanted: str,
        *,
        found: str | None = None,
        warning: bool = False,
    ) -> None:
        severity = Severity.WARNING if warning else Severity.ERROR
        self.findings.append(
            _finding(code, message, self.file, place, found=found, wanted=wanted, severity=severity)
        )


def _place(node: YamlNode) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def _finding(
    code: str,
    message: str,
    file: str,
    place: Place,
    *,
    found: str | None = None,
    wanted: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    return Finding(
        code=code,
        message=message,
        severity=severity,
        location=Location(file=file, line=place.line, column=place.column),
        found=found,
        wanted=wanted or "YAML with names, colons and indentation by blanks",
        fix=_QUOTES if code == "text-cut" else "Correct the file",
    )
