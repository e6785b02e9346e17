"""XML: what is read, where it stands, and what is refused before it can do harm."""

from __future__ import annotations

import socket
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.finding import Finding
from gateway.formats import xml
from gateway.formats.xml import XmlDocument, XmlLimits

ORDER = b"""<?xml version="1.0"?>
<o:order xmlns:o="urn:example" xml:lang="en" number="7">
  <o:line><o:qty unit="EA"> 4 </o:qty></o:line>
  <o:line kind="b"><o:qty unit="CA">5</o:qty><o:note>before<o:b>bold</o:b>after</o:note></o:line>
</o:order>"""


def read(data: bytes) -> XmlDocument:
    document, findings = xml.read(data, file="drop.xml")
    assert document is not None, findings
    return document


def fault(data: bytes, limits: XmlLimits | None = None) -> Finding:
    document, findings = xml.read(data, file="drop.xml", limits=limits)
    assert document is None
    (finding,) = findings
    assert finding.is_error
    assert finding.location.file == "drop.xml"
    return finding


def test_values_by_local_name_attribute_condition_and_position() -> None:
    order = read(ORDER)
    assert (order.name, order.namespace) == ("order", "urn:example")
    assert order.value("@number") == "7"
    assert order.value("line/qty") == "4"
    assert order.value("line[@kind=b]/qty/@unit") == "CA"
    assert order.value("line[2]/qty") == "5"
    assert order.value("line/note") == "beforeafter"
    assert order.value("line[3]/qty") is None
    assert order.value("absent/@x") is None
    assert [line.value("qty/@unit") for line in order.occurrences("line")] == ["EA", "CA"]


def test_the_place_of_a_value_and_of_one_that_is_missing() -> None:
    line = list(read(ORDER).occurrences("line"))[1]
    assert line.location("qty/@unit").to_json() == {
        "file": "drop.xml",
        "line": 4,
        "path": "/order/line[2]/qty/@unit",
    }
    assert line.location("price/amount").path == "/order/line[2]/price/amount"
    assert line.location().line == 4


def test_a_plain_doctype_is_accepted_and_its_dtd_is_never_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        address = f"http://127.0.0.1:{port}/cXML.dtd".encode()
        assert read(b'<!DOCTYPE cXML SYSTEM "' + address + b'"><cXML/>').name == "cXML"
        with pytest.raises(TimeoutError):
            server.accept()


BOMB = '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;&x;">]>\n<a>&y;</a>'


@pytest.mark.parametrize(
    "data",
    [
        BOMB.encode(),
        BOMB.encode("utf-16"),
        BOMB.encode("utf-16-le"),
        BOMB.encode("utf-16-be"),
        b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">]><a>&f;</a>',
        b'<!DOCTYPE a [<!-- ]> --><!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]><a/>',
        b'<!DOCTYPE a [<!ENTITY x "y">]><a b="&x;"/>',
        b"<!--" + b" " * 70_000 + b'--><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    ],
)
def test_entity_declarations_are_refused(data: bytes) -> None:
    assert fault(data).code == "xml-entity-declared"


def test_an_entity_that_only_a_dtd_explains_is_not_lost_in_silence() -> None:
    finding = fault(b'<!DOCTYPE a SYSTEM "a.dtd">\n<a>Caf&eacute;</a>')
    assert (finding.code, finding.found, finding.location.line) == ("xml-entity-unresolved", "&eacute;", 2)


def test_limits() -> None:
    assert fault(b"<a/>", XmlLimits(size=3)).code == "file-too-large"
    assert fault(b"<a>" + b"<b/>" * 100 + b"</a>", XmlLimits(nodes=100)).code == "xml-too-many-nodes"
    assert fault(b"<a>" * 65 + b"</a>" * 65).code == "xml-too-deep"
    assert fault(b"<a>" * 5000 + b"</a>" * 5000).code == "xml-not-well-formed"


def test_a_broken_document_is_located() -> None:
    finding = fault(b"<a>\n  <b>\n</a>")
    assert finding.code == "xml-not-well-formed"
    assert (finding.location.line, finding.location.column) == (3, 5)
    assert fault(b"").code == "xml-not-well-formed"


def test_an_encoding_that_could_hide_declarations_is_refused() -> None:
    finding = fault(b'<?xml version="1.0" encoding="UTF-7"?><a/>')
    assert (finding.code, finding.found) == ("xml-encoding-unsupported", "UTF-7")


@given(
    st.binary(max_size=300)
    | st.text(alphabet="<>/ab&;![]\"'=?-ENTITYDOC \x00é", max_size=200).map(str.encode)
)
def test_garbage_never_raises(data: bytes) -> None:
    document, findings = xml.read(data)
    assert (document is None) == bool(findings)


@given(
    st.recursive(
        st.just("<a/>"), lambda inner: st.lists(inner, max_size=3).map(lambda x: f"<b c='1'>{''.join(x)}</b>")
    )
)
def test_every_element_is_found_at_the_path_its_location_names(text: str) -> None:
    root = read(f"<root>{text}</root>".encode())
    pending = list(root.children())
    while pending:
        element = pending.pop()
        pending += element.children()
        path = (element.location().path or "").removeprefix("/root/")
        (found,) = root.occurrences(path)
        assert found.location() == element.location()


def test_many_places_of_one_document_are_cheap() -> None:
    lines = list(read(b"<a>" + b"<line/>" * 50_000 + b"</a>").occurrences("line"))
    started = time.process_time()
    assert lines[-1].location("@x").path == "/a/line[50000]/@x"
    for line in lines:
        line.location("qty")
    assert time.process_time() - started < 5
