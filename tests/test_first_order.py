"""The files that the README walks through: the example order passes the guide and reaches the example partner."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.canonical.order import Order
from gateway.translation.inbound import translate_inbound
from gateway.translation.translation import DocumentTranslated
from gateway.workspace import load_workspace
from gateway.x12.guide import Guides

ROOT = Path(__file__).parents[1]
FIRST_ORDER = "partners/acme/first-order.edi"


def test_the_example_order_is_accepted_as_a_test_order_of_the_example_partner() -> None:
    configuration, _ = load_workspace(ROOT)
    data = (ROOT / FIRST_ORDER).read_bytes()
    guides = Guides.load(ROOT / "schemas" / "x12")
    translations = list(translate_inbound([data], guides, configuration=configuration))
    documents = [translation for translation in translations if isinstance(translation, DocumentTranslated)]
    orders = [document.record for document in documents if isinstance(document.record, Order)]
    assert [
        (order.partner, order.test, order.purchase_order_number, len(order.lines)) for order in orders
    ] == [("acme", True, "4500012345", 2)]
    assert [document.findings for document in documents] == [()]


def test_the_readme_names_files_that_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert FIRST_ORDER in readme
    for name in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / name).exists(), name
