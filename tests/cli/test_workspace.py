"""``gateway init`` and ``gateway config``; what happens without a workspace, or with a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import rows, run


def test_init_makes_a_sound_workspace_with_one_partner_and_says_what_to_do_next(nowhere: Path) -> None:
    result = run("init", "shop")
    assert result.exit_code == 0
    assert [line.strip()[:2] for line in result.stdout.splitlines()[1:]] == ["1.", "2.", "3."]
    assert [path.name for path in (nowhere / "shop" / "partners").iterdir()] == ["acme"]
    assert "hooli" not in (nowhere / "shop" / "config" / "connections.yaml").read_text()
    assert (nowhere / "shop" / "data" / "mailboxes" / "acme" / "inbox").is_dir()
    check = run("--workspace", "shop", "config", "check")
    assert check.exit_code == 0
    assert "1 partners, 4 connections" in check.stdout


def test_init_takes_an_empty_folder_and_leaves_any_other_alone(nowhere: Path) -> None:
    (nowhere / "empty").mkdir()
    (nowhere / "file").write_text("x")
    assert run("init", "empty").exit_code == 0
    for name in ("empty", "file"):
        before = sorted(nowhere.rglob("*"))
        result = run("init", name)
        assert (result.exit_code, result.stdout) == (2, "")
        assert sorted(nowhere.rglob("*")) == before


def test_a_command_that_needs_a_ledger_names_init_where_there_is_no_workspace() -> None:
    for arguments in (["orders", "list"], ["status"], ["drain"], ["db", "upgrade"], ["config", "publish"]):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "gateway init DIR" in result.stderr


def test_a_workspace_that_is_none_and_a_database_that_is_none_are_told(nowhere: Path) -> None:
    missing = run("--workspace", "nope", "status")
    assert missing.exit_code == 2
    assert "gateway init nope" in missing.stderr
    run("init", "shop")
    for url in ("mysql://host/x", "nonsense", "postgresql://host/x"):
        wrong = run("--workspace", "shop", "--database", url, "status")
        assert wrong.exit_code == 2
        assert "postgresql+psycopg://" in wrong.stderr


def test_check_names_file_line_and_column_of_each_fault_and_exits_2(shop: Path) -> None:
    file = shop / "partners" / "acme" / "partner.yaml"
    file.write_text(file.read_text().replace("acceptance: by_hand", "acceptance: by_hnd"))
    result = run("config", "check", "--json")
    (finding,) = rows(result.stdout)
    assert result.exit_code == 2
    assert finding["location"]["file"] == "partners/acme/partner.yaml"
    assert finding["location"]["line"] > 1
    assert "by_hand" in finding["wanted"]
    told = run("parse", "partners/acme/first-order.edi", "--partner", "acme")
    assert told.exit_code == 2
    assert "gateway config check" in told.stderr


def test_check_shows_faults_of_the_settings_too(shop: Path) -> None:
    file = shop / "config" / "gateway.toml"
    file.write_text(file.read_text().replace("port = 8850", 'port = "often"'))
    result = run("config", "check", "--json")
    assert result.exit_code == 2
    assert [row["location"]["file"] for row in rows(result.stdout)] == ["config/gateway.toml"]


def test_publishing_makes_the_files_the_revision_in_force_and_export_gives_them_back(
    shop: Path, nowhere: Path
) -> None:
    (first,) = rows(run("config", "publish", "--json").stdout)
    file = shop / "partners" / "acme" / "partner.yaml"
    original = file.read_text()
    file.write_text(original.replace("Acme Stores", "Acme & Sons"))
    (second,) = rows(run("config", "publish", "--json").stdout)
    assert first["revision"] != second["revision"]
    assert rows(run("status", "--json").stdout)[0]["revision"] == second["revision"]
    file.write_text(original)
    refused = run("config", "export")
    assert refused.exit_code == 2
    assert "partners/acme/partner.yaml" in refused.stderr and file.read_text() == original
    assert run("config", "export", "--out", nowhere / "copy").exit_code == 0
    assert "Acme & Sons" in (nowhere / "copy" / "partners" / "acme" / "partner.yaml").read_text()
    assert run("config", "export", "--overwrite").exit_code == 0
    assert "Acme & Sons" in file.read_text()


def test_a_configuration_with_faults_is_not_published(shop: Path) -> None:
    (before,) = rows(run("config", "publish", "--json").stdout)
    file = shop / "partners" / "acme" / "partner.yaml"
    file.write_text(file.read_text() + "\nnonsense: 1\n")
    result = run("config", "publish")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Nothing was published" in result.stderr
    assert rows(run("status", "--json").stdout)[0]["revision"] == before["revision"]


@pytest.mark.parametrize("name", ["GATEWAY_WORKSPACE", None])
def test_the_workspace_may_come_from_the_environment(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    run("init", "shop")
    if name is not None:
        monkeypatch.setenv(name, str(nowhere / "shop"))
    assert run("db", "upgrade").exit_code == (0 if name is not None else 2)
