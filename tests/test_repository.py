"""What holds for the repository as a whole: pages, sizes, names, and that the wheel carries its data."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULE_LINES = 450
FUNCTION_LINES = 60


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the repository; without git, those that are not made by tools."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    else:
        made = {"__pycache__", "demo-out", "data", "dist"}
        paths = (
            path
            for path in ROOT.rglob("*")
            if not any(
                part in made or (part.startswith(".") and part != ".ci")
                for part in path.relative_to(ROOT).parts
            )
        )
    return tuple(path for path in paths if path.is_file())


def python_files() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def rooms() -> list[Path]:
    return sorted(
        {
            path.parent
            for path in tracked()
            if path.name == "__init__.py" and path.parent.parent == ROOT / "gateway"
        }
    )


def test_every_room_has_its_page() -> None:
    assert rooms()
    assert [room.name for room in rooms() if not (room / "README.md").is_file()] == []


def test_modules_and_functions_are_small() -> None:
    large = []
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT)
        if text.count("\n") > MODULE_LINES and name.parts[0] != "tests":
            large.append(f"{name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            # A migration is a list of columns, written once and never changed.
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "migrations" not in name.parts:
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    large.append(f"{name}:{node.lineno} {node.name}: {length} lines")
    assert large == []


def test_no_drawer_is_named_after_nothing() -> None:
    forbidden = {"utils.py", "util.py", "helpers.py", "helper.py", "manager.py", "common.py", "misc.py"}
    assert [str(path.relative_to(ROOT)) for path in python_files() if path.name in forbidden] == []


def test_no_path_of_one_machine_is_in_the_repository() -> None:
    machine = re.compile(r"(?<![\w./])/(?:" + "|".join(("work", "farm", "root", "home")) + r")/\w")
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in machine.finditer(text)]
    assert found == []


def test_the_changelog_leads_each_line_with_its_room() -> None:
    names = {room.name for room in rooms()} | {"api", "web", "app", "cli", "settings", "tooling"}
    lines = [
        line
        for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("- ")
    ]
    assert lines
    for line in lines:
        led_by, colon, _ = line[2:].partition(":")
        assert colon
        assert set(led_by.split(", ")) <= names, line


def test_every_make_target_describes_itself() -> None:
    targets = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = next(
        line
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if line.startswith(".PHONY:")
    )
    for target in set(phony.split()[1:]) - {"runtime", "dev"}:
        assert re.search(rf"make {target}\s+\S", targets), target


def dependencies() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [re.split(r"[\[>=<, ]", line)[0] for line in project["project"]["dependencies"]]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_files_name_every_dependency_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    for name in dependencies():
        normal = re.sub(r"[-_.]+", "-", name)
        assert re.search(
            rf"^{re.escape(normal)}(\[\w+\])?==\S+.*\\\n\s+--hash=sha256:", text, re.MULTILINE
        ), name


def test_every_library_has_its_reason() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [name for name in dependencies() if f"| {name} |" not in table] == []


def test_commands_of_the_readme_are_those_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", readme, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_wheel_carries_its_data(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--wheel",
        "--outdir",
        str(tmp_path),
        str(ROOT),
    ]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("order_gateway-*.whl"))) as wheel:
        names = set(wheel.namelist())
    data = {
        f"gateway/_data/{path.relative_to(ROOT).as_posix()}"
        for path in tracked()
        if path.relative_to(ROOT).parts[0] in {"schemas", "mappings", "partners", "config"}
    }
    assert data
    assert data <= names
    assert {
        f"gateway/{path.relative_to(ROOT / 'gateway').as_posix()}"
        for path in python_files()
        if ROOT / "gateway" in path.parents
    } <= names
    assert not any(name.startswith(("tests/", "bench/")) for name in names)
