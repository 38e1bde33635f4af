from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from supreme_system_v5.app.doctor_run import FEEDS
from supreme_system_v5.cli.doctor import doctor
from supreme_system_v5.cli.main import supreme


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where no `.env` of a developer stands."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))


def test_all_is_well_at_the_simulator() -> None:
    result = CliRunner().invoke(supreme, ["doctor", "--feed", "sim"])
    assert "ok   feed" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("0 fail")
    assert result.exit_code == 0


def test_what_failed_is_code_1_and_json_is_for_programs() -> None:
    result = CliRunner().invoke(
        supreme, ["doctor", "--feed", "sim", "--json"], env={"FEE_BPS": "lots"}
    )
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["ok"] is False
    assert told["checks"][0]["level"] == "fail"


def test_the_feeds_are_those_there_are() -> None:
    [option] = [one for one in doctor.params if one.name == "feed"]
    assert tuple(getattr(option.type, "choices", ())) == FEEDS
    assert CliRunner().invoke(supreme, ["doctor", "--feed", "nowhere"]).exit_code == 2
