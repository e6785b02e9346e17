from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import run


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current directory that is no workspace, and an environment that names none."""
    monkeypatch.chdir(tmp_path)
    for name in ("GATEWAY_WORKSPACE", "GATEWAY_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("USER", "pat")
    return tmp_path


@pytest.fixture
def shop(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace as ``gateway init`` makes it, which is also the current directory."""
    assert run("init", "shop").exit_code == 0
    monkeypatch.chdir(nowhere / "shop")
    return nowhere / "shop"
