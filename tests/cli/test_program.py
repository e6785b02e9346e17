"""The program around the commands: exit codes, guard, start, signals, pipes; real processes where it matters."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from gateway import __version__
from gateway.cli.program import COMMANDS, program
from gateway.core.failure import TransientFailure
from tests.cli.command import GOOD_850, ROOT, rows, run, start

HEAVY = (
    "sqlalchemy",
    "alembic",
    "fastapi",
    "paramiko",
    "pyx12",
    "lxml",
    "pydantic",
    "ruamel",
    "httpx",
    "cryptography",
)


def test_help_names_every_command() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in COMMANDS)
    assert run("--version").stdout == f"gateway, version {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name: str) -> None:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    assert run(name, "--help").exit_code == 0
    assert command.help


def test_no_command_and_unknown_ones_are_usage_errors() -> None:
    assert run().exit_code == 2
    unknown = run("vlidate")
    assert unknown.exit_code == 2
    assert "Did you mean validate?" in unknown.stderr
    assert run("payments", "import", "x").exit_code == 2  # not offered yet, rather than pretended


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (TransientFailure("the disk is away"), 2, "the disk is away"),
        (OSError(28, "No space left on device", "out"), 2, "out: No space left on device"),
        (RuntimeError("internal\nsecond line"), 2, "RuntimeError: internal"),
        (MemoryError(), 2, "MemoryError"),
        (KeyboardInterrupt(), 130, "Interrupted"),
    ],
)
def test_every_exception_ends_in_a_message_and_a_code(
    error: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr("gateway.x12.guide.Guides.load", fail)
    result = run("validate", GOOD_850)
    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr
    assert "second line" not in result.stderr


def test_checking_a_small_file_loads_no_heavy_library() -> None:
    code = (
        "import sys\nfrom gateway.cli import main\n"
        f"sys.argv = ['gateway', 'validate', {str(GOOD_850)!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert finished.stdout.splitlines()[-1:] == ["[]"], finished.stderr


def output(*arguments: object, **options: Any) -> tuple[int, bytes, bytes]:
    """Exit code, standard output and standard error of a process of its own."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    with start(*arguments, **streams) as process:
        out, err = process.communicate(timeout=60)
    return process.returncode, out or b"", err


def test_a_process_of_its_own_gives_the_same_answers(nowhere: Path) -> None:
    good = f"{GOOD_850}: accepted, 1 transaction set\n".encode()
    assert output("validate", GOOD_850, cwd=nowhere) == (0, good, b"")
    code, _, said = output("validate", "missing.edi", cwd=nowhere)
    assert code == 2
    assert b"missing.edi does not exist" in said


def test_ctrl_c_ends_with_130_and_one_word(nowhere: Path) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start("validate", GOOD_850, "-", environ={"PYTHONUNBUFFERED": "1"}, cwd=nowhere, **pipes) as process:
        assert process.stdout is not None
        # The first file's line shows that the command is through with it and waits for standard input.
        assert b"accepted" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, b"Interrupted\n")


def test_a_reader_that_leaves_ends_us_quietly(nowhere: Path) -> None:
    (nowhere / "many.edi").write_bytes(GOOD_850.read_bytes() * 400)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start("inspect", "many.edi", cwd=nowhere, **pipes) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 141


def test_a_full_disk_is_told(nowhere: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        code, _, said = output("parse", GOOD_850, cwd=nowhere, stdout=full)
    assert (code, said) == (2, b"Error: No space left on device\n")


def test_json_stays_json_where_the_terminal_knows_latin_1_only(nowhere: Path) -> None:
    text = GOOD_850.read_text().replace("CTT*", "MSG*Łódź~\nCTT*", 1)
    (nowhere / "name.edi").write_text(text, encoding="utf-8")
    environ = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    assert b"\\u0141\xf3d\\u017a" in output("inspect", "name.edi", environ=environ, cwd=nowhere)[1]
    (nowhere / "Ł.edi").write_text(GOOD_850.read_text())
    (order,) = rows(output("parse", "Ł.edi", environ=environ, cwd=nowhere)[1].decode("ascii"))
    assert order["origin"]["file"] == "Ł.edi"
