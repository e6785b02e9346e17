"""Our guides as a map folder of pyx12, so that an engine that is not ours can check the same tables.

pyx12 (BSD-3) is the one maintained open validator of X12 in Python; it brings maps for health care only, and
takes others from a folder: ``maps.xml`` (which map for which group), ``dataele.xml`` (elements),
``codes.xml`` (code lists), ``x12.control.*.xml`` (envelopes), and one file a transaction set.

Two choices make it judge as the standard does, not as a health care guide. Code lists are given as *external*
ones: pyx12 tells segments apart by an inline list on their first element, so that a bad code there would be
reported as a segment not found. Loops are named by their whole path (``PO1_N1_LOOP``), because it takes two
loops of one name for the same.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from gateway.x12.guide import Guides
from gateway.x12.tables import Dictionary, Element, ElementUse, Guide, LoopUse, SegmentTable, SegmentUse

EXPORTED_SETS = ("810", "850", "855", "856", "997")

# Which interchange version (ISA12) goes with which dictionary: pyx12 reads these two and no other.
INTERCHANGE_VERSIONS = {"004010": "00401", "005010": "00501"}
_UNLIMITED = ">1"
_Comparison = Callable[[Element, Element], bool]


def export(guides: Guides, folder: Path, sets: Iterable[str] = EXPORTED_SETS) -> None:
    """Writes the map folder for these sets in every version we have them in. ``folder`` is made where
    absent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in map_files(guides, sets).items():
        (folder / name).write_bytes(content)


def map_files(guides: Guides, sets: Iterable[str] = EXPORTED_SETS) -> dict[str, bytes]:
    """The files of the map folder by name."""
    export = _Export({version: guides.dictionary(version) for version in INTERCHANGE_VERSIONS})
    content: dict[str, bytes] = {}
    index = ET.Element("maps")
    for version, interchange_version in INTERCHANGE_VERSIONS.items():
        control = export.transaction("X12", "envelope", version, None)
        content[f"x12.control.{interchange_version}.xml"] = _document(control)
        entries = ET.SubElement(index, "version", icvn=interchange_version)
        for code in sets:
            guide = guides.find(code, version)
            if guide is None or guide.version != version:
                continue
            name = f"{code}.{version}.xml"
            entry = {"vriic": version, "fic": guide.functional_identifier, "abbr": code}
            ET.SubElement(entries, "map", entry).text = name
            content[name] = _document(export.transaction(code, guide.title, version, guide))
    content["maps.xml"] = _document(index)
    content["dataele.xml"] = _document(_data_elements(export.elements))
    content["codes.xml"] = _document(_code_lists(export.code_lists))
    return content


@dataclass
class _Export:
    """Turns tables into map elements, and remembers which elements and code lists they named."""

    dictionaries: Mapping[str, Dictionary]
    elements: dict[str, Element] = field(default_factory=dict)
    code_lists: dict[str, Element] = field(default_factory=dict)

    def transaction(self, code: str, title: str, version: str, guide: Guide | None) -> ET.Element:
        """A map: the envelope, and inside it the set, if there is one."""
        segments = self.dictionaries[version].segments
        root = ET.Element("transaction", xid=code, name=title)
        interchange = ET.SubElement(root, "loop", _loop("ISA_LOOP", "R", "010", _UNLIMITED))
        self._segment(interchange, segments["ISA"], "R", "010", "1", version)
        self._segment(interchange, segments["TA1"], "S", "020", _UNLIMITED, version)
        group = ET.SubElement(interchange, "loop", _loop("GS_LOOP", "S", "030", _UNLIMITED))
        self._segment(group, segments["GS"], "R", "010", "1", version)
        if guide is not None:
            transaction_set = ET.SubElement(group, "loop", _loop("ST_LOOP", "S", "020", _UNLIMITED))
            self._members(transaction_set, guide.root, version)
        self._segment(group, segments["GE"], "R", "030", "1", version)
        self._segment(interchange, segments["IEA"], "R", "040", "1", version)
        return root

    def _members(self, parent: ET.Element, loop: LoopUse, version: str) -> None:
        for place, member in enumerate(loop.members, start=1):
            position = f"{place * 10:04d}"
            if isinstance(member, SegmentUse):
                usage, most = _usage(member.requirement), _limit(member.maximum)
                self._segment(parent, member.segment, usage, position, most, version)
            else:
                name = member.path.replace("/", "_") + "_LOOP"
                usage, most = _usage(member.requirement), _limit(member.maximum)
                self._members(
                    ET.SubElement(parent, "loop", _loop(name, usage, position, most)), member, version
                )

    def _segment(
        self, parent: ET.Element, table: SegmentTable, usage: str, position: str, most: str, version: str
    ) -> None:
        attributes = {"xid": table.tag, "name": table.name, "usage": usage, "pos": position, "max_use": most}
        segment = ET.SubElement(parent, "segment", attributes)
        for condition in table.conditions:
            ET.SubElement(segment, "syntax").text = str(condition)
        for use in table.uses:
            reference = f"{table.tag}{use.position:02d}"
            if use.components is None:
                self._element(segment, use, reference, version)
                continue
            composite = ET.SubElement(
                segment, "composite", self._use(use, reference), data_ele=use.element.number
            )
            for component in use.components.uses:
                self._element(composite, component, f"{reference}-{component.position}", version)

    def _element(self, parent: ET.Element, use: ElementUse, reference: str, version: str) -> None:
        number = self._key(use.element, self.elements, version, _same_format)
        element = ET.SubElement(parent, "element", self._use(use, reference), data_ele=number)
        if reference == "ISA12":
            # pyx12 takes the version of a map, and with it the character set, from this inline list.
            codes = ET.SubElement(element, "valid_codes")
            ET.SubElement(codes, "code").text = INTERCHANGE_VERSIONS[version]
        elif use.element.codes is not None:
            key = self._key(use.element, self.code_lists, version, _same_codes)
            ET.SubElement(element, "valid_codes", external=key)

    @staticmethod
    def _use(use: ElementUse, reference: str) -> dict[str, str]:
        usage = _usage(use.requirement)
        return {"xid": reference, "name": use.element.name, "usage": usage, "seq": f"{use.position:02d}"}

    @staticmethod
    def _key(element: Element, known: dict[str, Element], version: str, same: _Comparison) -> str:
        """The element's number; with the version appended where another version's element took the number and
        differs, because pyx12 has one dictionary for all.
        """
        for key in (element.number, f"{element.number}-{version}"):
            if key not in known or same(known[key], element):
                break
        known.setdefault(key, element)
        return key


def _same_format(one: Element, other: Element) -> bool:
    return (one.type, one.minimum, one.maximum) == (other.type, other.minimum, other.maximum)


def _same_codes(one: Element, other: Element) -> bool:
    return one.codes == other.codes


def _loop(name: str, usage: str, position: str, most: str) -> dict[str, str]:
    return {"xid": name, "type": "explicit", "name": name, "usage": usage, "pos": position, "repeat": most}


def _usage(requirement: str) -> str:
    """R required, S situational: whatever a relational condition decides (X) is situational in itself."""
    return "R" if requirement == "M" else "S"


def _limit(maximum: int | None) -> str:
    return _UNLIMITED if maximum is None else str(maximum)


def _data_elements(ours: Mapping[str, Element]) -> ET.Element:
    """pyx12's own dictionary, ours laid over it: its maps stay usable from the same folder."""
    own = ET.fromstring(files("pyx12").joinpath("map", "dataele.xml").read_bytes())
    merged = {str(element.get("ele_num")): dict(element.attrib) for element in own.iter("data_ele")}
    for key, element in ours.items():
        merged[key] = {
            "ele_num": key,
            "data_type": element.type,
            "min_len": str(element.minimum),
            "max_len": str(element.maximum),
            "name": element.name,
        }
    root = ET.Element("data_elements")
    for key in sorted(merged):
        ET.SubElement(root, "data_ele", merged[key])
    return root


def _code_lists(lists: Mapping[str, Element]) -> ET.Element:
    root = ET.Element("codesets")
    for key, element in sorted(lists.items()):
        codeset = ET.SubElement(root, "codeset")
        ET.SubElement(codeset, "id").text = key
        ET.SubElement(codeset, "name").text = element.name
        ET.SubElement(codeset, "data_ele").text = element.number
        version = ET.SubElement(codeset, "version")
        for code in sorted(element.codes or ()):
            ET.SubElement(version, "code").text = code
    return root


def _document(root: ET.Element) -> bytes:
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
