"""Makes ``.venv`` from a hashed lock file on a machine that has only python3: ``environment.py runtime`` or ``dev``.

uv does it where pip can fetch uv; else the standard library's venv and pip do. Nothing is built, and nothing is taken
that the lock files do not name by hash. A second call with the same lock file does nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".venv-tools"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "order-gateway.state"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}


def main(name: str) -> int:
    """Brings ``.venv`` to what the lock file says. 1, and one line of advice, where something is missing."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file may be run by an older python3 than the project's
        found = ".".join(map(str, sys.version_info[:2]))
        return refuse(
            f"Python 3.11 or newer is needed, and this is {found}", "python3.11-venv; then PYTHON=python3.11"
        )
    present = STAMP.read_text() if STAMP.exists() and PYTHON.exists() else ""
    # The lock file for development names all that runs, so it serves for running too.
    if present in {state(name), state("dev")}:
        return 0
    has_pip, has_venv = has_module("pip"), has_module("ensurepip")
    if not has_pip and not has_venv:
        return refuse("python3 has neither venv nor pip", "python3-venv")
    STAMP.unlink(missing_ok=True)
    print(f"Installing what {LOCKS[name].name} names into .venv", flush=True)
    if not (has_pip and install_with_uv(name)) and not (has_venv and install_with_pip(name)):
        return refuse(
            "The packages could not be installed, see above", "python3-venv (and look at the network)"
        )
    put_gateway_on_the_path()
    STAMP.write_text(state(name))
    return 0


def refuse(reason: str, package: str) -> int:
    """One line that names the reason and the Debian package."""
    print(f"{reason}. On Debian: apt-get install {package}", file=sys.stderr)
    return 1


def state(name: str) -> str:
    """What names a finished environment: the lock file's content and the Python it is for."""
    content = hashlib.sha256(LOCKS[name].read_bytes()).hexdigest()
    return f"{name} {content} {sys.version_info[:2]} {ROOT}"


def has_module(name: str) -> bool:
    """Whether the python3 that runs this can run a module (Debian ships venv and pip apart)."""
    return (
        subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, check=False).returncode
        == 0
    )


def run(*command: str | Path, quiet: bool = False) -> bool:
    """Whether a command succeeds; its messages are shown unless another way is left to try."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(
        [str(part) for part in command], capture_output=quiet, check=False, cwd=ROOT, env=environment
    )
    return done.returncode == 0


def install_with_uv(name: str) -> bool:
    """The fast way: uv fetched by pip into a folder of its own, then all packages in one go."""
    uv = TOOLS / "bin" / "uv"
    if not uv.exists():
        tools = ["--require-hashes", "--only-binary", ":all:", "-r", "requirements-tools.lock"]
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(TOOLS), *tools]
        if not run(*pip, quiet=True):
            return False
    if not matches() and not run(
        uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV, quiet=True
    ):
        return False
    sync = [
        "pip",
        "sync",
        "--quiet",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--python",
        PYTHON,
        LOCKS[name],
    ]
    return run(uv, *sync, quiet=has_module("ensurepip"))


def matches() -> bool:
    """Whether ``.venv`` is there, works, and is of the Python that runs this."""
    if not PYTHON.exists():
        return False
    version = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    return run(PYTHON, "-c", version, quiet=True)


def install_with_pip(name: str) -> bool:
    """The plain way: the standard library's venv and the pip inside it."""
    shutil.rmtree(VENV, ignore_errors=True)
    pip = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "-r",
        LOCKS[name],
    ]
    return run(sys.executable, "-m", "venv", VENV) and run(*pip)


def put_gateway_on_the_path() -> None:
    """The checkout itself is importable, and ``.venv/bin/gateway`` runs it, without building a package."""
    site = next((VENV / "lib").glob("python3.*/site-packages"))
    (site / "order-gateway.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "gateway"
    command.write_text(f'#!/bin/sh\nexec "{PYTHON}" -P -m gateway "$@"\n')
    command.chmod(0o755)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
