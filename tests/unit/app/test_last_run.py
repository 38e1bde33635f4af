"""What one live run leaves for the next."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import msgspec
import pytest

from supreme_system_v5.app.last_run import LastRun
from supreme_system_v5.clock import sleep_ns
from tests.support.live_runs import SECOND
from tests.support.monitored import well
from tests.support.virtual_loop import run_virtual


def last_run(folder: Path | None, **more: bool) -> LastRun:
    return LastRun(folder, lambda *_, **__: None, **more)


def test_an_end_in_order_holds_nothing(tmp_path: Path) -> None:
    run = last_run(tmp_path)
    assert run.held() == ""
    run.begin(well())
    run.end(well())
    assert last_run(tmp_path).held() == ""
    assert [path.name for path in tmp_path.iterdir()] == ["last_run.json"]
    assert json.loads((tmp_path / "last_run.json").read_text())["run_id"] == well().run_id


def test_a_run_that_did_not_end_in_order_holds_the_next_one(tmp_path: Path) -> None:
    last_run(tmp_path).begin(well())
    held = last_run(tmp_path).held()
    assert held.startswith(f"the last run ({well().run_id}, started ")
    assert held.endswith("did not end in order; nothing is entered until `supreme resume`")


def test_after_a_defect_the_status_is_left_and_the_next_one_is_held(tmp_path: Path) -> None:
    run = last_run(tmp_path)
    run.begin(well())
    run.end(well(), in_order=False)
    assert "did not end in order" in last_run(tmp_path).held()
    assert (tmp_path / "last_run.json").exists()


@pytest.mark.parametrize(
    ("paused", "state", "why"),
    [
        (True, "ACTIVE", "ended paused"),
        (False, "HALTED", "protections had halted the last run"),
        (True, "HALTED", "protections had halted the last run"),
        (False, "REDUCE_ONLY", ""),
    ],
)
def test_what_stopped_entries_outlives_an_end(
    tmp_path: Path, paused: bool, state: str, why: str
) -> None:
    run = last_run(tmp_path)
    run.begin(well())
    run.end(msgspec.structs.replace(well(), paused=paused, risk_state=state))
    held = last_run(tmp_path).held()
    assert why in held
    assert bool(held) == bool(why)


def test_what_changes_is_written_down_within_a_second(tmp_path: Path) -> None:
    async def main() -> list[tuple[bool, str]]:
        run, now = last_run(tmp_path), [(False, "ACTIVE")]
        run.begin(well())
        found: list[tuple[bool, str]] = []

        async def change() -> None:
            for stands in ((True, "ACTIVE"), (True, "HALTED"), (False, "ACTIVE")):
                now[0] = stands
                await sleep_ns(SECOND + 1)
                told = json.loads((tmp_path / "running.json").read_text())
                found.append((told["paused"], told["risk_state"]))

        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(run.keep(lambda: now[0], sleep_ns))
            await change()
            keeping.cancel()
        return found

    assert run_virtual(main()) == [(True, "ACTIVE"), (True, "HALTED"), (False, "ACTIVE")]


@pytest.mark.parametrize("name", ["running.json", "last_run.json"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"\xff"])
def test_what_cannot_be_read_holds_and_is_told(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / name).write_bytes(body)
    notes: list[str] = []
    run = LastRun(tmp_path, lambda event, **_: notes.append(event))
    assert "cannot be read" in run.held()
    assert notes == ["last_run_unread"]


def test_practice_neither_reads_nor_spoils_what_a_real_run_left(tmp_path: Path) -> None:
    last_run(tmp_path).begin(well())
    before = (tmp_path / "running.json").read_bytes()
    practice = last_run(tmp_path, practice=True)
    assert practice.held() == ""
    practice.begin(msgspec.structs.replace(well(), run_id="practice"))
    practice.end(well())
    assert (tmp_path / "running.json").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"running.json", "last_run_sim.json"}


def test_without_a_folder_or_a_disk_it_goes_on(tmp_path: Path) -> None:
    nowhere = last_run(None)
    nowhere.begin(well())
    nowhere.end(well())
    assert nowhere.held() == ""
    (tmp_path / "file").write_text("")
    notes: list[str] = []
    run = LastRun(tmp_path / "file", lambda event, **_: notes.append(event))
    run.begin(well())
    run.end(well())
    assert notes == ["not_saved", "not_saved"]


def test_when_the_end_cannot_be_saved_it_was_none_in_order(tmp_path: Path) -> None:
    run = last_run(tmp_path)
    run.begin(well())
    (tmp_path / "last_run.json").mkdir()
    run.end(well())
    assert (tmp_path / "running.json").exists()
