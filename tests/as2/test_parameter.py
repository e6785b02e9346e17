"""Parameters of header values, and file names as data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.as2.parameter import clean_file_name, file_name, file_name_parameter, parse_field


def test_parameters_in_any_spacing_and_case() -> None:
    field = parse_field('Multipart/SIGNED ;Boundary = "a;\\"b" ; micalg=SHA-256;protocol="x"')
    assert field.value == "multipart/signed"
    assert field.parameter("boundary") == 'a;"b'
    assert field.parameter("micalg") == "SHA-256"
    assert field.parameter("charset") is None


def test_a_parameter_given_twice_has_no_value() -> None:
    assert parse_field("multipart/mixed; boundary=a; boundary=b").parameter("boundary") is None


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename=po.edi", "po.edi"),
        ('attachment; filename="po 1;2.edi"', "po 1;2.edi"),
        ("attachment; filename*=UTF-8'en'%E2%82%AC%20rates.edi", "€ rates.edi"),
        ("attachment; filename*=iso-8859-1''caf%E9.edi", "café.edi"),
        ("attachment; filename*=no-such-charset''caf%E9.edi", "café.edi"),
        ("attachment; filename*0*=UTF-8''a%20; filename*1=b; filename*2*=%2Eedi", "a b.edi"),
        ('attachment; filename="=?utf-8?B?w6kuZWRp?="', "é.edi"),
        ('attachment; filename="=?iso-8859-1?Q?caf=E9_1.edi?="', "café 1.edi"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename=C:\\temp\\po.edi", "po.edi"),
        ("attachment; filename*=UTF-8''..%2F..%2Fx%00%0D%0Ay", "xy"),
        ("attachment; filename*=UTF-8''%E2%80%AEide.exe", "ide.exe"),
        ("attachment; filename=..", None),
        ("attachment; filename=", None),
        ("attachment", None),
    ],
)
def test_file_names(header: str, name: str | None) -> None:
    assert file_name(parse_field(header)) == name


def test_the_disposition_comes_before_the_content_type() -> None:
    content_type = parse_field("application/edi-x12; name=b.edi")
    assert file_name(parse_field("attachment; filename=a.edi"), content_type) == "a.edi"
    assert file_name(None, content_type) == "b.edi"


@given(st.text(max_size=60))
def test_a_clean_name_survives_the_header(text: str) -> None:
    cleaned = clean_file_name(text)
    if cleaned is not None:
        parameter = file_name_parameter(cleaned)
        assert parameter.isascii() and "\r" not in parameter and "\n" not in parameter
        assert file_name(parse_field(f"attachment; {parameter}")) == cleaned


@given(st.text(max_size=200))
def test_any_header_can_be_taken_apart(text: str) -> None:
    field = parse_field(text)
    name = file_name(field)
    assert name is None or (
        "/" not in name and "\\" not in name and name.isprintable() and name not in (".", "..")
    )
