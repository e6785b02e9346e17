"""How fast X12 is read, as shares of the yardstick in the same run: split_split, which looks at nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import process_time

from bench import order_files
from gateway.x12.acknowledgement import functional_acknowledgement
from gateway.x12.acknowledgement_policy import AcknowledgementPolicy
from gateway.x12.envelope import Identity
from gateway.x12.events import GroupClosed, SetRead
from gateway.x12.guide import Guides
from gateway.x12.pyx12_export import export
from gateway.x12.reader import read
from gateway.x12.records import set_record
from gateway.x12.second_opinion import check
from gateway.x12.set_text import SetText
from gateway.x12.writer import EnvelopeSettings, Numbers, write_interchange

GUIDES = Guides.load(order_files.ROOT / "schemas" / "x12")
_ENVELOPE = EnvelopeSettings(
    sender=Identity(qualifier="01", identifier="SELLER", group_identifier="SELLER"),
    receiver=Identity(qualifier="ZZ", identifier="BUYER", group_identifier="BUYER"),
)
_ROUNDS = 5


def measures(quick: bool) -> Iterator[dict[str, object]]:
    """Every ratio, one after another; ``quick`` takes a tenth of the orders."""
    size = 1_000 if quick else 9_800
    with tempfile.TemporaryDirectory() as folder:
        good, bad, single = (Path(folder) / name for name in ("good.edi", "bad.edi", "single.edi"))
        made_by = order_files.write(good, size)
        order_files.write_bad(bad, good)
        order_files.write(single, size, each_alone=True)
        validate(good)  # what is compiled is compiled; the cold start is measured elsewhere
        for what, action, file, least, goal in (
            ("validate", validate, good, 0.30, 0.40),
            ("validated records", records, good, 0.18, 0.25),
            ("one-order interchanges with envelope check and 997", answer_each, single, 0.167, None),
        ):
            yield share(what, action, file, good) | {"least": least, "goal": goal, "file": made_by}
        yield slowdown("every order bad", partial(validate, bad), partial(validate, good)) | {"most": 6}
        yield from linear(Path(folder), size)
        yield beside(good, Path(folder))


def chunks(path: Path) -> Iterator[bytes]:
    """The file as the gateway reads it."""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def split_split(path: Path) -> int:
    """The yardstick, as in the shared ``limits.py``: cut at each set, into segments, into elements; keep nothing."""
    orders, rest = 0, ""
    with path.open(encoding="ascii", newline="") as file:
        while block := file.read(1 << 20):
            sets = (rest + block).split("~\nST*")
            rest = sets.pop()
            orders += len(sets)
            for one in sets:
                for segment in one.split("~\n"):
                    segment.split("*")
    for segment in rest.split("~\n"):
        segment.split("*")
    return orders


def validate(path: Path) -> int:
    """Every check, nothing kept."""
    return sum(isinstance(event, SetRead) for event in read(chunks(path), GUIDES))


def records(path: Path) -> int:
    """Every check, and records of every element."""
    count = 0
    for event in read(chunks(path), GUIDES):
        if isinstance(event, SetRead):
            content, guide = event.document.content, event.document.guide
            assert isinstance(content, SetText) and guide is not None
            set_record(content, guide, "PO1")
            count += 1
    return count


def answer_each(path: Path) -> int:
    """Every check, and a 997 as bytes for each group."""
    count, now, policy = 0, datetime.now(UTC), AcknowledgementPolicy()
    for event in read(chunks(path), GUIDES):
        if isinstance(event, GroupClosed):
            count += 1
            draft = functional_acknowledgement(event, policy)
            write_interchange(_ENVELOPE, "FA", [draft], Numbers(count, count, (1,)), now)
    return count


def cost(action: Callable[[], int]) -> float:
    """CPU seconds an order."""
    start = process_time()
    count = action()
    return (process_time() - start) / count


def share(what: str, action: Callable[[Path], int], path: Path, yardstick: Path) -> dict[str, object]:
    """An action's speed as a share of split_split's, both taken in turns, the best of each."""
    pairs = [(cost(partial(split_split, yardstick)), cost(partial(action, path))) for _ in range(_ROUNDS)]
    reference, ours = (min(costs) for costs in zip(*pairs, strict=True))
    return {
        "bench": f"x12 {what}",
        "rate": round(1 / ours),
        "unit": "orders/s of CPU time",
        "share_of_split_split": round(reference / ours, 3),
    }


def slowdown(what: str, action: Callable[[], int], usual: Callable[[], int]) -> dict[str, object]:
    """How many times more an order costs."""
    pairs = [(cost(action), cost(usual)) for _ in range(3)]
    ours, reference = (min(costs) for costs in zip(*pairs, strict=True))
    return {"bench": f"x12 {what}", "times_slower": round(ours / reference, 2)}


def linear(folder: Path, size: int) -> Iterator[dict[str, object]]:
    """The cost of an order in a group of many against one of few, and of a line in one huge order."""
    few, huge, usual = folder / "few.edi", folder / "huge.edi", folder / "good.edi"
    order_files.write(few, size // 10)
    order_files.write(huge, 1, lines=20_000)
    yield slowdown("ten times as many sets in a group", partial(validate, usual), partial(validate, few))
    lines = 20_000 / 12
    each = min(cost(partial(validate, huge)) for _ in range(3)) / lines
    yield {
        "bench": "x12 a line of a 20,000-line order",
        "times_slower": round(each / cost(partial(validate, usual)), 2),
    }


def beside(good: Path, folder: Path) -> dict[str, object]:
    """pyx12 over the exported maps, on the first orders of the file."""
    export(GUIDES, folder / "maps")
    orders = 40
    with good.open(encoding="ascii", newline="") as file:
        text = file.read(orders * 4000)
    cut = text[: text.index(f"\nST*850*{orders + 1:04d}") + 1]
    data = f"{cut}GE*{orders}*1~\nIEA*1*000000001~\n".encode()
    check(data, folder / "maps")
    start = process_time()
    check(data, folder / "maps")
    ours = (process_time() - start) / orders
    reference = cost(partial(split_split, good))
    return {
        "bench": "pyx12 over our maps",
        "rate": round(1 / ours),
        "unit": "orders/s of CPU time",
        "share_of_split_split": round(reference / ours, 4),
    }
