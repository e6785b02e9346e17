"""X12 004010 orders to measure with: 55 segments, 12 lines and some 1,970 bytes an order.

Where the shared ``gen850.py`` lies beside the checkout its files are taken, so that rates can be compared with others'.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("GATEWAY_SHARED", ROOT / ".." / "shared")) / "bench"

_HEADING = (
    "BEG*00*SA*PO{number:08d}**20260317*CT{small:06d}",
    "CUR*BY*USD",
    "REF*DP*{dept:03d}",
    "REF*IA*{number:08d}",
    "PER*BD*JANE DOE*TE*6145550{dept:03d}*EM*BUYER{dept}@EXAMPLE.COM",
    "FOB*CC*OR*ORIGIN DOCK {dept}",
    "ITD*01*3*2**10**30*****NET 30 DAYS",
    "DTM*010*20260329",
    "DTM*001*20260420",
    "TD5*O*2*UPSN*M*GROUND SERVICE",
    "N9*L1*SPECIAL INSTRUCTIONS",
    "MSG*DELIVER BETWEEN 8AM AND 4PM. CALL {dept:04d} BEFORE ARRIVAL.",
    "MSG*PARTIAL SHIPMENTS ACCEPTED",
    "N1*BT*GLOBEX ACCOUNTS PAYABLE*92*{small:05d}",
    "N2*ATTN PURCHASING DEPT",
    "N3*{dept} INDUSTRIAL PKWY*SUITE {dept}",
    "N4*COLUMBUS*OH*43085*US",
    "N1*ST*HOOLI DISTRIBUTION CENTER*92*{small:05d}",
    "N2*ATTN RECEIVING DEPT",
    "N3*{dept} MAIN ST*SUITE {dept}",
    "N4*DALLAS*TX*75201*US",
)
_LINE = "PO1*{line}*{quantity}*CA*{price}*PE*UP*{number:012d}*VN*B{small:05d}-1*BP*{number:07d}"


def write(path: Path, orders: int, *, lines: int = 12, each_alone: bool = False) -> str:
    """Writes a file of orders, in one group or each in an interchange of its own; returns what made it."""
    generator = SHARED / "gen850.py"
    if generator.is_file():
        options = ["--orders", str(orders), "--lines", str(lines), *(["--per-interchange"] * each_alone)]
        subprocess.run([sys.executable, str(generator), str(path), *options], check=True)
        return "gen850.py"
    with path.open("w", encoding="ascii", newline="") as file:
        for first in range(1, orders + 1) if each_alone else [1]:
            count = 1 if each_alone else orders
            file.writelines(f"{segment}~\n" for segment in _interchange(first, count, lines))
    return "bench/order_files.py"


def write_bad(path: Path, good: Path) -> None:
    """The same orders, each with a currency that is no code."""
    with good.open("rb") as source, path.open("wb") as file:
        file.writelines(line.replace(b"CUR*BY", b"CUR*?Y") if line[:3] == b"CUR" else line for line in source)


def _interchange(first: int, orders: int, lines: int) -> Iterator[str]:
    yield (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'BUYERCO':15}*01*{'123456789':15}*260317*0930*U*00401*{first:09d}*0*P*>"
    )
    yield f"GS*PO*BUYERCO*123456789*20260317*0930*{first}*X*004010"
    for number in range(first, first + orders):
        order = list(_order(number, lines))
        yield f"ST*850*{number:04d}"
        yield from order
        yield f"SE*{len(order) + 2}*{number:04d}"
    yield f"GE*{orders}*{first}"
    yield f"IEA*1*{first:09d}"


def _order(number: int, lines: int) -> Iterator[str]:
    random = Random(number)
    values = {"number": number, "small": random.randrange(10**5), "dept": random.randrange(1, 1000)}
    yield from (segment.format(**values) for segment in _HEADING)
    for line in range(1, lines + 1):
        quantity, price = random.randrange(2, 500), f"{random.randrange(99, 99999) / 100:.2f}"
        yield _LINE.format(line=line, quantity=quantity, price=price, **values)
        if line % 4 == 1:
            yield f"CTP**RES*{price}*{quantity}*CA"
        yield f"PID*F*08***HEAVY DUTY WIDGET {line}"
        if line % 4 == 3:
            yield f"SDQ*CA*92*00417*{quantity // 2}*00418*{quantity - quantity // 2}"
    yield f"CTT*{lines}"
    yield "AMT*TT*1530935.64"
