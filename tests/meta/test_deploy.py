"""What is in `deploy/` fits the program: names that are exported, alerts that are explained."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from supreme_system_v5.monitoring.metrics import Metrics
from supreme_system_v5.settings import Settings, load_settings
from tests.support.monitored import well

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana-dashboard.json").read_text("utf-8"))
ALERTS = (DEPLOY / "alerts.yml").read_text("utf-8")
UNIT = (DEPLOY / "supreme.service").read_text("utf-8")
IMAGE = (DEPLOY / "Dockerfile").read_text("utf-8")
MANUAL = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
EVERYWHERE = {"job", "instance"}
"""Labels that Prometheus itself adds."""

KEYWORDS = {"and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring"}


def exported() -> dict[str, set[str]]:
    """Return the labels of every series, as the library's own reader sees them."""
    found: dict[str, set[str]] = {"up": set()}
    for family in text_string_to_metric_families(Metrics(well).render()[0].decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


EXPORTED = exported()


def series(expression: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the names in an expression, and the labels by which each is chosen."""
    text = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
    text = re.sub(r"\[[^\]]*\]", "", text)  # ranges
    text = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", "", text)
    for match in re.finditer(r"(?<![\w.$])([A-Za-z_:][\w:]*)\s*(\{[^}]*\})?(\s*\()?", text):
        name, chosen, call = match.groups()
        if not call and name not in KEYWORDS:
            yield name, set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", chosen or ""))


def grouped(expression: str) -> set[str]:
    """Return the labels that an expression groups and matches by."""
    lists = re.findall(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)", expression)
    return {name.strip() for names in lists for name in names.split(",")}


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def shown() -> list[tuple[str, str, str]]:
    """Return title, expression and legend of everything on the dashboard."""
    return [
        (panel["title"], target["expr"], target["legendFormat"])
        for panel in panels()
        for target in panel["targets"]
    ]


def alerts() -> dict[str, str]:
    found = re.findall(r"- alert: (\w+)\n\s+expr: (.+)\n", ALERTS)
    assert len(found) == ALERTS.count("- alert:")
    return dict(found)


EXPRESSIONS = [
    *((title, expr) for title, expr, _ in shown()),
    *(("annotation", note["expr"]) for note in DASHBOARD["annotations"]["list"]),
    *alerts().items(),
]


class TestNames:
    def test_expressions_were_found(self) -> None:
        assert len(shown()) > 50
        assert len(alerts()) > 20

    @pytest.mark.parametrize(("where", "expression"), EXPRESSIONS)
    def test_every_name_and_label_is_exported(self, where: str, expression: str) -> None:
        found = list(series(expression))
        assert found, where
        labels: set[str] = set()
        for name, chosen in found:
            assert name in EXPORTED, f"{where}: {name}"
            assert chosen <= EXPORTED[name] | EVERYWHERE, f"{where}: {name}{chosen}"
            labels |= EXPORTED[name]
        assert grouped(expression) <= labels | EVERYWHERE, where

    @pytest.mark.parametrize(("title", "expression", "legend"), shown())
    def test_legends_name_labels_that_are_there(
        self, title: str, expression: str, legend: str
    ) -> None:
        named = set(re.findall(r"\{\{(\w+)\}\}", legend))
        there = {label for name, _ in series(expression) for label in EXPORTED[name]}
        assert named <= there, title

    def test_summaries_name_labels_that_are_there(self) -> None:
        for block in ALERTS.split("- alert: ")[1:]:
            expression = re.findall(r"expr: (.+)", block)[0]
            there = {label for name, _ in series(expression) for label in EXPORTED[name]}
            assert set(re.findall(r"\$labels\.(\w+)", block)) <= there | EVERYWHERE, block

    def test_everything_that_is_exported_is_shown(self) -> None:
        used = {name for _, expr in EXPRESSIONS for name, _ in series(expr)}
        used |= {re.sub(r"_(bucket|sum|count)$", "", name) for name in used}
        names = {re.sub(r"_(bucket|sum|count)$", "", name) for name in EXPORTED}
        assert names - used == set()

    def test_the_reader_of_expressions_reads(self) -> None:
        expression = (
            'sum by (le) (rate(a_bucket{x="y", z=~"$z"}[5m])) > 5e6 and on (job) b_total'
            ' / ignoring (reason) c{d!="{e}"} * 86400 - time()'
        )
        assert list(series(expression)) == [
            ("a_bucket", {"x", "z"}),
            ("b_total", set()),
            ("c", {"d"}),
        ]
        assert grouped(expression) == {"le", "job", "reason"}


class TestDashboard:
    def test_panels_have_their_own_places_and_numbers(self) -> None:
        numbers = [panel["id"] for panel in DASHBOARD["panels"]]
        assert len(set(numbers)) == len(numbers)
        taken: set[tuple[int, int]] = set()
        for panel in DASHBOARD["panels"]:
            place = panel["gridPos"]
            cells = {
                (place["x"] + column, place["y"] + line)
                for column in range(place["w"])
                for line in range(place["h"])
            }
            assert not cells & taken, panel["title"]
            assert max(column for column, _ in cells) < 24, panel["title"]
            taken |= cells

    def test_it_asks_the_prometheus_that_is_chosen(self) -> None:
        for panel in panels():
            sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
            assert {source["uid"] for source in sources} == {"${datasource}"}
            for target in panel["targets"]:
                assert 'instance=~"$instance"' in target["expr"]


class TestAlerts:
    def test_each_is_explained_and_nothing_else_is(self) -> None:
        explained = re.findall(r"^### (Supreme\w+)$", MANUAL, re.MULTILINE)
        assert explained == list(alerts())

    def test_each_says_how_urgent_it_is_and_what_happened(self) -> None:
        severities = re.findall(r"severity: (\w+)", ALERTS)
        assert len(severities) == len(alerts()) == ALERTS.count("summary: ")
        assert set(severities) == {"critical", "warning"}

    def test_limits_are_those_of_the_settings(self) -> None:
        settings, rules = Settings(), alerts()
        assert rules["SupremeMachineMemoryLow"].endswith(f"< {settings.memory_available_min_mb}e6")
        assert rules["SupremeDrawdown"].endswith(f"> {settings.max_drawdown / 2:.2f}")
        assert rules["SupremeDayLoss"].endswith(f"< -{float(settings.max_daily_loss) * 0.75:g}")


class TestPrograms:
    @pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
    @pytest.mark.parametrize(
        "arguments",
        ["check config prometheus.yml", "check rules alerts.yml", "test rules alerts_test.yml"],
    )
    def test_promtool_agrees(self, arguments: str) -> None:
        done = subprocess.run(
            ["promtool", *arguments.split()],
            cwd=DEPLOY,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def test_the_unit_is_limited_watched_and_shut_in(self) -> None:
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.optionxform = str  # type: ignore[assignment,method-assign] # keys as written
        parser.read_string(UNIT)
        service = dict(parser["Service"])
        assert service["Type"] == "notify"
        assert int(service["WatchdogSec"]) > 0
        assert service["ProtectSystem"] == "strict"
        assert service["DynamicUser"] == "yes"
        assert parser["Unit"]["StartLimitIntervalSec"] == "0", "an outage must not end it for good"
        assert service["RestartPreventExitStatus"].split() == ["2", "78"]
        stop = Settings().memory_stop_mb
        assert stop < int(service["MemoryHigh"].removesuffix("M"))
        assert int(service["MemoryHigh"][:-1]) < int(service["MemoryMax"][:-1])
        settings = dict(pair.split("=") for pair in service["Environment"].split())
        assert load_settings(settings).state_dir == "/var/lib/supreme"

    @pytest.mark.skipif(
        shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
    )
    def test_systemd_understands_the_unit(self, tmp_path: Path) -> None:
        unit = tmp_path / "supreme.service"
        unit.write_text(UNIT.replace("/opt/supreme/bin/supreme run", "/bin/true"), "utf-8")
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(unit)],
            capture_output=True,
            check=False,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, "")

    def test_the_image_is_small_and_runs_as_nobody_special(self) -> None:
        stages = IMAGE.split("\nFROM ")
        assert len(stages) == 3
        final = stages[-1]
        assert "\nUSER supreme\n" in final
        assert final.index("USER supreme") < final.index("ENTRYPOINT")
        assert "HEALTHCHECK" in final
        assert "cargo" not in final
        assert "gcc" not in final
        assert str(Settings().metrics_port) in final
        allowed = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split("\n")
        kept = [line[1:] for line in allowed if line.startswith("!")]
        assert all((ROOT / name).exists() for name in kept)
        assert ".env" not in kept

    def test_prometheus_asks_where_metrics_are_by_default(self) -> None:
        settings = Settings()
        address = f'"{settings.metrics_host}:{settings.metrics_port}"'
        assert address in (DEPLOY / "prometheus.yml").read_text("utf-8")
