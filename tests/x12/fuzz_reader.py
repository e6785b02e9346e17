"""A coverage-guided hunt (atheris) for input that makes the reader raise, hang, grow or contradict itself.

``make fuzz`` runs it for a minute; ``python -m tests.x12.fuzz_reader SECONDS [CORPUS]`` for as long as wanted. What
breaks an invariant is written to ``tests/x12/crashers``, where an ordinary test keeps it from coming back.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
_TOKENS = (
    "ISA*",
    "GS*PO*",
    "ST*850*0001~",
    "SE*",
    "GE*1*1~",
    "IEA*1*",
    "PO1*1*1*EA~",
    "HL*1**S~",
    "CTT*1~",
    "~~",
)
_LONGEST = 4096  # bytes of an input


def seeds() -> list[bytes]:
    """Documents to begin with: our goldens, good and bad, and what broke the reader before."""
    verdicts = (path.read_text(encoding="utf-8") for path in (HERE / "verdicts").glob("*.txt"))
    documents = [text.partition("== document\n")[2].partition("\n== ")[0].encode() for text in verdicts]
    files = [*(HERE / "golden").glob("*/input.edi"), *(HERE / "crashers").glob("*.edi")]
    return documents + [path.read_bytes() for path in files]


def main() -> None:
    """Hunts for the seconds asked for; exits with 0 if nothing was found."""
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        sys.exit("atheris is not installed here (it has no package for this platform); nothing was hunted")
    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    with atheris.instrument_imports(include=["gateway.x12"]):
        from tests.x12.invariants import check_answers, check_chunks, check_invariants, check_writing

    def one_input(data: bytes) -> None:
        events = check_invariants(data)
        check_answers(events)
        check_writing(events)
        check_chunks(data, 1 + len(data) % 61)

    with tempfile.TemporaryDirectory(prefix="gateway-fuzz-") as folder:
        corpus = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder) / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds()):
            (corpus / f"seed-{number}").write_bytes(seed)
        words = Path(folder) / "words.dict"
        words.write_text("".join(f'"{token}"\n' for token in _TOKENS), encoding="utf-8")
        options = {
            "max_total_time": seconds,
            "timeout": "10",
            "rss_limit_mb": "1024",
            "max_len": str(_LONGEST),
            "dict": str(words),
            "artifact_prefix": f"{HERE / 'crashers'}/",
        }
        atheris.Setup(
            [sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(corpus)], one_input
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
