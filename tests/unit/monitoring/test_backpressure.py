from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.status import AlertKind
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.monitoring.backpressure import (
    SHED_ORDER,
    Backpressure,
    PressureLimits,
    PressureStep,
    Resource,
    Verdict,
)
from supreme_system_v5.settings import Settings
from tests.support.monitored import START_NS, machine_use

S = 1_000_000_000
MB = 1_000_000
LIMITS = PressureLimits()


def after(
    loads: Iterable[float], *, every_s: float = 5, pressure: Backpressure | None = None
) -> list[Verdict]:
    """Judge loads, each of which held for `every_s`; the first reading has no time behind it."""
    pressure = pressure or Backpressure(LIMITS)
    pressure.judge(0, machine_use())
    return [
        pressure.judge(round((index + 1) * every_s * S), machine_use(load_percent=load))
        for index, load in enumerate(loads)
    ]


def steps_of(verdicts: Iterable[Verdict]) -> list[PressureStep]:
    return [step for verdict in verdicts for step in verdict.steps]


def memory(*megabytes: int) -> list[Verdict]:
    pressure = Backpressure(LIMITS)
    return [
        pressure.judge(index * S, machine_use(memory_bytes=amount * MB))
        for index, amount in enumerate(megabytes)
    ]


class TestLoad:
    @pytest.mark.parametrize("every_s", [0.25, 1, 5, 7, 15, 30, 60])
    def test_a_minute_above_the_limit_doubles_and_another_doubles_again(
        self, every_s: float
    ) -> None:
        found = steps_of(after([100.0] * round(400 / every_s), every_s=every_s))
        assert [(step.before, step.after) for step in found] == [
            ("x1", "x2"),
            ("x2", "x4"),
            ("x4", "x4 without wakes"),
        ]
        for number, step in enumerate(found, 1):
            # No sooner than a minute each, and no later than two readings after it.
            assert 60 * number <= step.time_ns / S <= (60 + 2 * every_s) * number
            assert step.worse
            assert step.measured == pytest.approx(100.0)

    def test_a_minute_well_below_halves_until_all_is_as_before(self) -> None:
        verdicts = after([100.0] * 36 + [20.0] * 60)
        easier = [step for step in steps_of(verdicts) if not step.worse]
        assert [step.after for step in easier] == ["x4", "x2", "x1"]
        assert [step.time_ns // S for step in easier] == [240, 300, 360]
        assert (verdicts[-1].multiplier, verdicts[-1].shed) == (1, ())

    def test_the_limit_itself_and_just_below_it_change_nothing(self) -> None:
        assert steps_of(after([88.0] * 60)) == []
        doubled = after([89.0] * 12 + [88.0, 84.0] * 100)
        assert [step.after for step in steps_of(doubled)] == ["x2"]

    def test_a_spike_is_no_overload(self) -> None:
        assert steps_of(after(([100.0] * 6 + [50.0] * 6) * 10)) == []

    def test_a_machine_that_slept_is_not_judged_by_its_sleep(self) -> None:
        pressure = Backpressure(LIMITS)
        after([10.0] * 12, pressure=pressure)
        verdict = pressure.judge(90_000 * S, machine_use(load_percent=30.0))
        assert (verdict.multiplier, verdict.steps) == (1, ())

    def test_time_that_stands_still_or_runs_back_is_no_time(self) -> None:
        pressure = Backpressure(LIMITS)
        for now in (100, 100, 50, 100, 0) * 50:
            assert pressure.judge(now * S, machine_use(load_percent=100.0)).multiplier == 1

    @given(
        st.lists(st.floats(0, 100), min_size=1, max_size=120),
        st.sampled_from([1, 2, 5, 13]),
    )
    def test_it_moves_one_stage_at_a_time_a_minute_apart_and_for_a_reason(
        self, loads: list[float], every_s: int
    ) -> None:
        verdicts = after(loads, every_s=every_s)
        found = steps_of(verdicts)
        times = [step.time_ns for step in found]
        assert all(later - before >= 60 * S for before, later in pairwise(times))
        names = ["x1", "x2", "x4", "x4 without wakes"]
        stage = 0
        for step in found:
            assert names.index(step.before) == stage
            stage += 1 if step.worse else -1
            assert names.index(step.after) == stage
            # The mean of the minute before, reckoned anew from the readings themselves.
            last = step.time_ns // S // every_s
            begin = max((at for at in times if at < step.time_ns), default=0) // S // every_s
            first = max(begin, last - 60 // every_s - (1 if 60 % every_s else 0))
            share = [min(max(load, 0.0), 100.0) for load in loads[first:last]]
            assert step.measured == pytest.approx(sum(share) / len(share))
            assert (step.measured > 88.0) if step.worse else (step.measured < 88.0 * 0.95)
        for verdict in verdicts:
            assert verdict.multiplier in (1, 2, 4)
            assert verdict.shed == SHED_ORDER[: len(verdict.shed)]
            assert verdict.entries  # load alone never stops trading

    def test_how_often_it_is_asked_costs_no_memory(self) -> None:
        pressure = Backpressure(LIMITS)
        for index in range(20_000):
            pressure.judge(index * S // 100, machine_use(load_percent=86.0))
        assert len(pressure._load._cells) <= 62


class TestMemory:
    @pytest.mark.parametrize(
        ("used", "level", "entries", "shed"),
        [
            (150, "normal", True, 0),
            (151, "warn", True, 0),
            (300, "warn", True, 0),
            (301, "trim", True, 2),
            (400, "trim", True, 2),
            (401, "stop", False, 4),
            (5_000, "stop", False, 4),
        ],
    )
    def test_its_thresholds(self, used: int, level: str, *, entries: bool, shed: int) -> None:
        (verdict,) = memory(used)
        assert (verdict.level, verdict.entries) == (level, entries)
        assert verdict.shed == SHED_ORDER[:shed]

    def test_a_threshold_is_left_at_nine_tenths_of_it(self) -> None:
        levels = [verdict.level for verdict in memory(401, 399, 361, 360, 271, 270, 136, 135)]
        assert levels == ["stop", "stop", "stop", "trim", "trim", "warn", "warn", "normal"]

    def test_a_fall_over_several_is_one_step(self) -> None:
        _, verdict = memory(401, 100)
        (step,) = verdict.steps
        assert (step.before, step.after, step.limit) == ("stop", "normal", 135 * MB)

    @given(st.lists(st.integers(0, 600), min_size=1, max_size=60))
    def test_each_level_holds_exactly_as_the_definition_says(self, used: list[int]) -> None:
        bounds = {"warn": 150, "trim": 300, "stop": 400}
        held = dict.fromkeys(bounds, False)
        for amount, verdict in zip(used, memory(*used), strict=True):
            for name, bound in bounds.items():
                held[name] = amount > bound or (held[name] and amount > bound * 0.9)
            expected = [name for name, holds in held.items() if holds]
            assert verdict.level == (expected[-1] if expected else "normal")

    @given(st.integers(0, 20_000))
    def test_what_does_not_change_changes_nothing_more(self, used: int) -> None:
        first, *rest = memory(*[used] * 5)
        assert steps_of(rest) == []
        assert {verdict.level for verdict in rest} == {first.level}

    def test_the_wall_stops_entries_even_where_no_threshold_is_below_it(self) -> None:
        pressure = Backpressure(
            PressureLimits(
                warn_bytes=10**12, trim_bytes=10**12, stop_bytes=10**12, wall_bytes=100 * MB
            )
        )
        verdicts = [
            pressure.judge(index * S, machine_use(memory_bytes=amount * MB))
            for index, amount in enumerate([100, 101, 91, 90])
        ]
        assert [verdict.entries for verdict in verdicts] == [True, False, False, True]
        assert [verdict.level for verdict in verdicts] == ["normal", "stop", "stop", "normal"]
        assert [len(verdict.shed) for verdict in verdicts] == [0, 4, 4, 0]
        assert [step.resource for step in steps_of(verdicts)] == [Resource.WALL] * 2

    def test_little_left_on_the_machine_is_told_once_and_trading_goes_on(self) -> None:
        pressure = Backpressure(LIMITS)
        verdicts = [
            pressure.judge(index * S, machine_use(available_bytes=amount * MB))
            for index, amount in enumerate([300, 299, 10, 320, 334])
        ]
        assert [(step.resource, step.after) for step in steps_of(verdicts)] == [
            (Resource.AVAILABLE, "short"),
            (Resource.AVAILABLE, "enough"),
        ]
        assert all(verdict.entries for verdict in verdicts)


class TestWords:
    def test_a_step_is_a_message_to_the_owner(self) -> None:
        verdicts = [*after([100.0] * 12), *memory(151, 500, 100)]
        alerts = [step.alert(START_NS) for step in steps_of(verdicts)]
        assert [(alert.title, alert.urgent) for alert in alerts] == [
            ("cpu: x1 → x2", False),
            ("memory: normal → warn", False),
            ("memory: warn → stop", True),
            ("memory: stop → normal", False),
        ]
        for alert in alerts:
            assert alert.kind is AlertKind.RESOURCES
            assert alert.time_ns == START_NS
            assert len(alert.title) <= 100
            assert len(alert.text) <= 1_000
        assert "100.0 % over 60 s, above 88 %" in alerts[0].text
        assert "500 MB, above 400 MB: nothing is entered" in alerts[2].text

    def test_a_verdict_is_written_into_the_reading(self) -> None:
        use = machine_use(memory_bytes=500 * MB)
        told = Backpressure(LIMITS).judge(0, use).on(use)
        assert (told.level, told.multiplier, told.shed) == ("stop", 1, SHED_ORDER[:4])
        assert told.memory_bytes == use.memory_bytes

    def test_wakes_go_last_and_nothing_that_protects_is_ever_left_out(self) -> None:
        assert SHED_ORDER == ("pages", "analytics", "news", "whales", "wakes")
        assert after([100.0] * 100)[-1].shed == SHED_ORDER


class TestLimits:
    def test_they_are_the_settings_defaults(self) -> None:
        settings = Settings()
        assert (
            PressureLimits(
                cpu_percent=settings.max_cpu_percent,
                warn_bytes=settings.memory_warn_mb * MB,
                trim_bytes=settings.memory_trim_mb * MB,
                stop_bytes=settings.memory_stop_mb * MB,
                wall_bytes=round(settings.max_ram_gb * 1e9),
                available_bytes=settings.memory_available_min_mb * MB,
            )
            == LIMITS
        )

    @pytest.mark.parametrize(
        "wrong", [{"cpu_percent": 0}, {"cpu_percent": 100.1}, {"warn_bytes": 0},
                  {"trim_bytes": 149 * MB}, {"stop_bytes": 299 * MB}],
    )  # fmt: skip
    def test_what_contradicts_itself_is_refused(self, wrong: dict[str, float]) -> None:
        with pytest.raises(InvalidInputError):
            PressureLimits(**wrong)  # type: ignore[arg-type]
