"""XML into a Document: entities, external files and the network stay off, sizes are limited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from gateway.core.finding import Finding
from gateway.core.location import Location
from gateway.formats.xml_path import Step, XmlPath, parse_path

_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_KNOWN_ENCODING = re.compile(
    r"utf-?8|utf-?16(le|be)?|us-ascii|ascii|iso-?8859-\d{1,2}|windows-125\d", re.IGNORECASE
)
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^>\[\"']|\"[^\"]*\"|'[^']*')*(\[)?", re.DOTALL)
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
"""First bytes of a document in UTF-16, with its BOM and without."""

_PROLOG_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlLimits:
    """What one document may hold. ``nodes`` counts elements and attributes together, ``depth`` elements in elements."""

    size: int = 32 * 1024 * 1024  # bytes
    nodes: int = 1_000_000
    depth: int = 64


def read(
    data: bytes, *, file: str | None = None, limits: XmlLimits | None = None
) -> tuple[XmlDocument | None, tuple[Finding, ...]]:
    """The root of an XML document, or the findings that say why there is none.

    A plain DOCTYPE is accepted and its DTD never fetched (cXML carries one); a DOCTYPE that declares entities is
    refused, so no entity is ever expanded. Any bytes may come in: nothing raises.
    """
    limits = limits or XmlLimits()
    fault = _check_before(data, limits)
    if fault is not None:
        return None, (fault.in_file(file),)
    try:
        root = etree.fromstring(data, parser=_parser())
    except etree.XMLSyntaxError as error:
        return None, (_syntax_finding(error).in_file(file),)
    except (ValueError, LookupError) as error:  # an encoding lxml cannot use
        return None, (
            Finding(code="xml-not-well-formed", message=f"The file is not XML: {error}").in_file(file),
        )
    fault = _check_after(root, limits)
    return (None, (fault.in_file(file),)) if fault is not None else (XmlDocument(root, file, _Siblings()), ())


class XmlDocument:
    """One element as a :class:`~gateway.core.document.Document`. Names are local names: namespaces do not matter.

    ``value`` gives the element's own text without that of its children, trimmed, or an attribute's text.
    """

    __slots__ = ("_element", "_file", "_siblings")

    def __init__(self, element: etree._Element, file: str | None, siblings: _Siblings) -> None:
        self._element = element
        self._file = file
        self._siblings = siblings

    @property
    def name(self) -> str:
        """The local name of this element."""
        return _local(self._element.tag)

    @property
    def namespace(self) -> str | None:
        """The namespace of this element, if any."""
        return etree.QName(self._element).namespace

    def children(self) -> Iterator[XmlDocument]:
        """Each child element, whatever its name."""
        return (self._part(child) for child in self._element if isinstance(child.tag, str))

    def attributes(self) -> dict[str, str]:
        """The attributes by local name."""
        return {_local(name): str(value) for name, value in self._element.attrib.items()}

    def value(self, path: str) -> str | None:
        """The first text at the path that is not empty."""
        wanted = parse_path(path)
        for element in _find(self._element, wanted.steps):
            text = _text(element, wanted.attribute)
            if text is not None:
                return text
        return None

    def occurrences(self, path: str) -> Iterator[XmlDocument]:
        """Each element at the path, in document order."""
        return (self._part(element) for element in _find(self._element, parse_path(path).steps))

    def location(self, path: str | None = None) -> Location:
        """Line and full path; for something that is absent, the line of the nearest element around it."""
        wanted = parse_path(path) if path is not None else XmlPath(())
        element, missing = _nearest(self._element, wanted.steps)
        full = self._siblings.full_path(element) + "".join(f"/{step.name}" for step in missing)
        if wanted.attribute is not None:
            full += f"/@{wanted.attribute}"
        return Location(file=self._file, line=element.sourceline, path=full)

    def _part(self, element: etree._Element) -> XmlDocument:
        return XmlDocument(element, self._file, self._siblings)


class _Siblings:
    """The paths of a document's elements; siblings are counted once a parent, so that many findings stay cheap."""

    def __init__(self) -> None:
        self._places: dict[etree._Element, dict[etree._Element, int | None]] = {}

    def full_path(self, element: etree._Element) -> str:
        """``/cXML/Request/OrderRequest/ItemOut[2]``: an index only where the parent has several of the name."""
        parts: list[str] = []
        current: etree._Element | None = element
        while current is not None:
            parent = current.getparent()
            index = self._index(parent, current) if parent is not None else None
            name = _local(current.tag)
            parts.append(f"{name}[{index}]" if index is not None else name)
            current = parent
        return "/" + "/".join(reversed(parts))

    def _index(self, parent: etree._Element, child: etree._Element) -> int | None:
        if parent not in self._places:
            alike: dict[str, list[etree._Element]] = {}
            for one in parent:
                alike.setdefault(str(one.tag), []).append(one)
            self._places[parent] = {
                one: number if len(group) > 1 else None
                for group in alike.values()
                for number, one in enumerate(group, start=1)
            }
        return self._places[parent][child]


def _parser() -> etree.XMLParser[etree._Element]:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )


def _check_before(data: bytes, limits: XmlLimits) -> Finding | None:
    """What can be judged before a tree is built, so that a hostile file costs no memory."""
    if len(data) > limits.size:
        return Finding(
            code="file-too-large",
            message=f"The XML file has {len(data)} bytes, at most {limits.size} are read",
            found=f"{len(data)} bytes",
            wanted=f"at most {limits.size} bytes",
            fix="Ask the partner to send fewer documents in a file",
        )
    if data.count(b"<") + data.count(b"=") > limits.nodes:
        return Finding(
            code="xml-too-many-nodes",
            message=f"The XML file has more than {limits.nodes} elements and attributes",
            wanted=f"at most {limits.nodes} elements and attributes",
            fix="Ask the partner to send fewer documents in a file",
        )
    encoding = _ENCODING.match(data)
    if encoding is not None and _KNOWN_ENCODING.fullmatch(encoding[1].decode("ascii")) is None:
        return Finding(
            code="xml-encoding-unsupported",
            message=f"The XML file declares the encoding {encoding[1].decode('ascii')}, which is not read",
            location=Location(line=1),
            found=encoding[1].decode("ascii"),
            wanted="UTF-8, UTF-16, ISO-8859 or Windows-125x",
            fix="Ask the partner to send UTF-8",
        )
    return _check_entities(data)


def _check_entities(data: bytes) -> Finding | None:
    """Refuse a DOCTYPE that declares entities (the XML bomb, the file reader) before the parser meets it."""
    encoding = _WIDE.get(data[:2], "latin-1")
    prolog = data[:_PROLOG_BYTES].decode(encoding, errors="replace")
    doctype = _DOCTYPE.search(prolog)
    if doctype is None or doctype[1] is None:
        return None
    subset = data.decode(encoding, errors="replace")
    place = subset.find("<!ENTITY", doctype.start(1))
    if place < 0:
        return None
    return _entity_finding(subset.count("\n", 0, place) + 1, place - subset.rfind("\n", 0, place))


def _entity_finding(line: int | None, column: int | None) -> Finding:
    return Finding(
        code="xml-entity-declared",
        message="The document declares entities in its DOCTYPE, which is refused: entities can exhaust the memory "
        "or read files of this machine",
        location=Location(line=line, column=column),
        found="<!ENTITY",
        wanted="a document without entity declarations",
        rule="XML entities are off",
        fix="Ask the partner to send the document without a DOCTYPE, or with a plain one",
    )


def _check_after(root: etree._Element, limits: XmlLimits) -> Finding | None:
    """What the tree alone shows: entity declarations that hid behind an encoding, references, depth."""
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        return _entity_finding(1, None)
    reference = next(root.iter(etree.Entity), None)
    if reference is not None:
        return Finding(
            code="xml-entity-unresolved",
            message=f"The text uses the entity {reference.text}, which only a DTD could explain; DTDs are not fetched",
            location=Location(line=reference.sourceline),
            found=reference.text,
            wanted="the character itself, or &amp; &lt; &gt; &quot; &apos;",
            rule="XML entities are off",
            fix="Ask the partner to send characters instead of entities",
        )
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limits.depth:
            return Finding(
                code="xml-too-deep",
                message=f"Elements are nested more than {limits.depth} deep",
                location=Location(line=element.sourceline),
                wanted=f"at most {limits.depth} levels",
                fix="Ask the partner for a document that follows its standard",
            )
    return None


def _syntax_finding(error: etree.XMLSyntaxError) -> Finding:
    line, column = error.position
    reason = (error.msg or "no element found").split("\n")[0].split(", line ")[0]
    return Finding(
        code="xml-not-well-formed",
        message=f"The file is not well-formed XML: {reason}",
        location=Location(line=max(line, 1), column=max(column, 1)),
        wanted="well-formed XML",
        rule="XML 1.0",
        fix="Ask the partner to send the document again; it may have been cut off",
    )


def _find(element: etree._Element, steps: tuple[Step, ...]) -> Iterator[etree._Element]:
    if not steps:
        yield element
        return
    step, rest = steps[0], steps[1:]
    seen = 0
    for child in element:
        if not _matches(child, step):
            continue
        seen += 1
        if step.index is None or seen == step.index:
            yield from _find(child, rest)


def _nearest(element: etree._Element, steps: tuple[Step, ...]) -> tuple[etree._Element, tuple[Step, ...]]:
    """The element the steps lead to, or the last one that exists and the steps that are missing."""
    for position in range(len(steps), 0, -1):
        found = next(_find(element, steps[:position]), None)
        if found is not None:
            return found, steps[position:]
    return element, steps


def _matches(element: etree._Element, step: Step) -> bool:
    if not isinstance(element.tag, str) or _local(element.tag) != step.name:
        return False
    return all(_text(element, name) == wanted for name, wanted in step.attributes)


def _text(element: etree._Element, attribute: str | None) -> str | None:
    if attribute is not None:
        for name, value in element.attrib.items():
            if _local(name) == attribute:
                return str(value).strip() or None
        return None
    own = (element.text or "") + "".join(child.tail or "" for child in element)
    return own.strip() or None


def _local(name: object) -> str:
    """The name without its namespace."""
    return str(name).rpartition("}")[2]
