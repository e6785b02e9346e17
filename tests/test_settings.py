"""Where the workspace is, where its ledger is, and secrets that are only referred to."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.data import FOLDERS, shipped_folder
from gateway.settings import Settings, SettingsFault
from gateway.workspace import LARGEST_FILE, load_workspace, read_files
from tests.partnerships.workspace_files import GATEWAY, files


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    for name, text in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_the_option_wins_over_the_environment_and_the_environment_over_here(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    (other / "config").mkdir(parents=True)
    (other / "config" / "gateway.toml").write_text(GATEWAY, encoding="utf-8")
    monkeypatch.chdir(other)
    named = Settings.load(workspace, None, {"GATEWAY_WORKSPACE": str(other)})
    assert (named.workspace, named.built_in) == (workspace.resolve(), False)
    assert Settings.load(None, None, {"GATEWAY_WORKSPACE": str(workspace)}).workspace == workspace.resolve()
    assert Settings.load(None, None, {}).workspace == other.resolve()


def test_without_a_workspace_the_built_in_one_is_used_and_keeps_no_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.load(None, None, {})
    assert settings.built_in
    assert all((settings.workspace / folder).is_dir() for folder in FOLDERS)
    with pytest.raises(SettingsFault, match="gateway init DIR"):
        settings.require_ledger()


def test_a_folder_that_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match=r"has no config/gateway\.toml.*gateway init"):
        Settings.load(tmp_path, None, {})


def test_the_ledger_is_in_the_workspace_unless_said_otherwise(workspace: Path) -> None:
    folder = workspace.resolve()
    assert Settings.load(workspace, None, {}).database_url == f"sqlite:///{folder}/data/gateway.db"
    environ = {"GATEWAY_DATABASE": "sqlite:///other.db"}
    assert Settings.load(workspace, None, environ).database_url == f"sqlite:///{folder}/other.db"
    assert (
        Settings.load(workspace, "postgresql+psycopg://h/d", environ).database_url
        == "postgresql+psycopg://h/d"
    )
    assert Settings.load(workspace, "sqlite:////var/x.db", {}).database_url == "sqlite:////var/x.db"
    (workspace / "config" / "gateway.toml").write_text(GATEWAY + '[database]\nurl = "sqlite:///led.db"\n')
    settings = Settings.load(workspace, None, {})
    assert settings.database_url == f"sqlite:///{folder}/led.db"
    assert settings.archive == folder / "data" / "archive"
    settings.require_ledger()


def test_settings_of_the_file(workspace: Path) -> None:
    text = (
        GATEWAY
        + '[server]\nhost = "0.0.0.0"\nport = 1\n[log]\nformat = "json"\n[schedule]\nsweep_seconds = 9\n'
    )
    (workspace / "config" / "gateway.toml").write_text(text)
    settings = Settings.load(workspace, None, {})
    assert (settings.host, settings.port, settings.log_format, settings.sweep_seconds) == (
        "0.0.0.0",
        1,
        "json",
        9,
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[server]\nport = 99999\n", "line 7:1"),
        ("[server]\nprot = 1\n", "perhaps port"),
        ('[log]\nformat = "jsno"\n', "perhaps json"),
        ("[log\n", "line 6"),
    ],
)
def test_faults_of_the_file_name_their_line(workspace: Path, text: str, line: str) -> None:
    (workspace / "config" / "gateway.toml").write_text(GATEWAY + text)
    with pytest.raises(SettingsFault, match=line) as caught:
        Settings.load(workspace, None, {})
    assert caught.value.findings


def test_guides_of_the_workspace_or_the_shipped_ones(workspace: Path) -> None:
    assert Settings.load(workspace, None, {}).schemas == shipped_folder() / "schemas"
    (workspace / "schemas" / "x12").mkdir(parents=True)
    assert Settings.load(workspace, None, {}).schemas == workspace.resolve() / "schemas"


def test_secrets(workspace: Path) -> None:
    settings = Settings.load(workspace, None, {})
    (workspace / "config" / "key").write_text("s3cret\n")
    (workspace / "config" / "empty").write_text("\n")
    (workspace / "config" / "binary").write_bytes(b"\xff\xfe")
    assert settings.resolve_secret("env:TOKEN", {"TOKEN": "t"}) == "t"
    assert settings.resolve_secret("file:config/key", {}) == "s3cret"
    for reference, reason in (
        ("env:TOKEN", "TOKEN is not set"),
        ("file:config/none", "cannot be read"),
        ("file:config/empty", "is empty"),
        ("file:config/binary", "it is not text"),
        ("s3cret", "env:NAME or file:PATH"),
    ):
        with pytest.raises(SettingsFault, match=reason) as caught:
            settings.resolve_secret(reference, {})
        assert "s3cret" not in str(caught.value)


def test_files_that_cannot_be_read_are_findings(workspace: Path) -> None:
    (workspace / "partners" / "acme" / "items.csv").write_bytes(b"\xff\xfe\xfa")
    (workspace / "partners" / "acme" / "large.csv").write_bytes(b"x" * (LARGEST_FILE + 1))
    texts, findings = read_files(workspace)
    assert set(texts) == set(files())
    assert [(finding.code, finding.location.file) for finding in findings] == [
        ("file-not-readable", "partners/acme/items.csv"),
        ("file-not-readable", "partners/acme/large.csv"),
    ]
    configuration, again = load_workspace(workspace)
    assert again == findings
    assert set(configuration.partners) == {"acme"}
