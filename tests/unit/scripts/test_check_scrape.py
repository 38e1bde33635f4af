from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from check_scrape import expressions, faults_of_page, made_up, write_configuration
from supreme_system_v5.monitoring.health import liveness, readiness
from tests.support.monitored import START_NS


def test_expressions_have_their_variables_filled_in() -> None:
    found = expressions()
    assert len(found) > 50
    assert not any("$" in expression for _, expression in found)


def test_the_configuration_is_that_of_deploy_aimed_elsewhere(tmp_path: Path) -> None:
    path = write_configuration(tmp_path, "http://127.0.0.1:1234/metrics")
    text = path.read_text("utf-8")
    assert '"127.0.0.1:1234"' in text
    assert "9464" not in text
    assert "scrape_interval: 5s" in text
    assert (tmp_path / "alerts.yml").is_file()


@pytest.mark.parametrize("seconds", [1, 3_600, 10**8])
def test_the_made_up_system_is_well_at_any_time(seconds: int) -> None:
    status = made_up(START_NS + seconds * 1_000_000_000)
    assert status.wakes.skip_ratio == 0.75
    assert liveness(status).ok
    assert readiness(status).ok


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_what_promtool_minds_of_a_page_is_a_fault_but_the_promised_name() -> None:
    help_, promised = "# HELP {} A.\n# TYPE {} gauge\n{} 1\n", "cpu_percent_gauge"
    page = help_.replace("{}", promised)
    assert faults_of_page(page) == []
    [fault] = faults_of_page(page + help_.replace("{}", "other_gauge"))
    assert "other_gauge" in fault
