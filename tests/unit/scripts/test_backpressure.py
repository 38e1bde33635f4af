from __future__ import annotations

import pytest

from backpressure import UPKEEP_S, Seen, Stretch, missed, reached, shown


def page(multiplier: float, runs: float, *, late: float = 0, bucket: str = "0.001") -> str:
    """Return as much of a page of metrics as is read."""
    decided = "supreme_tick_to_decision_seconds_bucket"
    return "\n".join(
        [
            f"supreme_interval_multiplier {multiplier}",
            "supreme_machine_load_ratio 0.25",
            f'supreme_domain_interval_seconds{{domain="technical"}} {30 * multiplier}',
            f'supreme_domain_interval_seconds{{domain="upkeep"}} {UPKEEP_S}',
            f'supreme_domain_runs_total{{domain="upkeep"}} {runs}',
            f'supreme_domain_late_total{{domain="upkeep"}} {late}',
            f'{decided}{{le="{bucket}"}} {runs}',
            f'{decided}{{le="+Inf"}} {runs}',
            "",
        ]
    )


def story(up: float = 64.0, back: float = 110.0) -> list[Seen]:
    """Return pages of a machine that was hogged for 85 seconds."""
    return [
        Seen(float(at), page(2.0 if up <= at < back else 1.0, 2.0 * (at + 45)))
        for at in range(-45, 150)
    ]


def test_a_page_is_read_by_name_and_label() -> None:
    seen = Seen(0.0, page(2.0, 7.0, late=1))
    assert seen.multiplier == 2.0
    assert seen.upkeep == (UPKEEP_S, 7.0, 1.0)
    assert seen.value("supreme_domain_interval_seconds", "technical") == 60.0
    assert seen.value("supreme_domain_interval_seconds", "news") == 0.0


def test_what_went_well_is_no_fault() -> None:
    assert missed(story(), 85.0, 1) == []
    assert reached(story(), 2.0) == 64.0
    part = Stretch.between(story()[0], story()[60])
    assert (part.upkeep_runs, part.upkeep_late, part.load_percent) == (1.0, 0.0, 25.0)
    assert "x2" in shown(story(), 85.0)


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (story(up=80.0), "x2 came after 80 s, it is due within 75 s"),
        (story(up=1e9), "x2 came never, it is due within 75 s"),
        (story(back=1e9), "x1 came back never, it is due within 75 s"),
        ([Seen(one.at_s, page(one.multiplier, one.at_s)) for one in story()], "only 50.0%"),
        (
            [
                Seen(one.at_s, page(one.multiplier, 2 * one.at_s, late=one.at_s / 10))
                for one in story()
            ],
            "5.0% of the runs of upkeep were late",
        ),
        (
            [
                Seen(one.at_s, page(one.multiplier, 2 * one.at_s, bucket="0.01"))
                for one in story()
            ],
            "99 % decided within 10 ms",
        ),
        (
            [
                Seen(one.at_s, one.page.replace(f'"upkeep"}} {UPKEEP_S}', '"upkeep"} 1.0'))
                for one in story()
            ],
            "risk and orders were looked after less often",
        ),
    ],
)  # fmt: skip
def test_every_fault_is_said(seen: list[Seen], told: str) -> None:
    [fault] = missed(seen, 85.0, 1)
    assert told in fault
