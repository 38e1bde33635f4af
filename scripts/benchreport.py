"""What a comparison found, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from benchlib import Result, spread, table


def as_text(facts: Mapping[str, Any], results: Sequence[Result]) -> str:
    """Write the report for people."""
    lines = [f"{key:<9} {value}" for key, value in facts["machine"].items()]
    lines.append("versions  " + ", ".join(f"{k} {v}" for k, v in facts["versions"].items()))
    lines.append(f"skipped   {', '.join(facts['missing']) or 'none'}")
    lines.append(
        f"method    {facts['rounds']} alternating rounds; ns per element, bare loop subtracted"
    )
    lines += [f"note      {name}: {note}" for name, note in facts["notes"].items()]
    lines += [_section(result) for result in results]
    return "\n".join(lines)


def _section(result: Result) -> str:
    plan, comparison = result.plan, result.comparison
    rows = [
        [name, *(f"{value:.2f}" for value in spread(values))]
        for name, values in sorted(result.samples.items(), key=lambda item: spread(item[1]).median)
    ]
    ratios = [
        ["over " + " + ".join(comparison.best), *_three_digits(comparison.ratios)],
        ["over each round's fastest", *_three_digits(comparison.harder)],
    ]
    head = ["median", "q1", "q3", "min", "max"]
    parts = ["", plan.title, table([f"ns per {plan.unit}", *head], rows), ""]
    parts.append(table([f"ratio of {plan.ours}", *head], ratios))
    used = len(comparison.ratios)
    if plan.bar is None:
        parts.append(f"no bar; {used} rounds")
    else:
        ratio = spread(comparison.ratios).median
        parts.append(
            f"{'MISSED' if result.missed else 'passed'}: {ratio:.3f}, asked for {plan.bar.passes};"
            f" goal {plan.bar.goal} {'missed' if ratio > plan.bar.goal else 'reached'};"
            f" {used} rounds"
        )
    return "\n".join(parts)


def _three_digits(values: Sequence[float]) -> list[str]:
    return [f"{value:.3f}" for value in spread(values)]


def as_json(facts: Mapping[str, Any], results: Sequence[Result]) -> str:
    """Write the report for programs."""

    def section(result: Result) -> dict[str, Any]:
        bar = result.plan.bar
        return {
            "ours": result.plan.ours,
            "unit": result.plan.unit,
            "rounds": len(result.comparison.ratios),
            "ns": {name: spread(values)._asdict() for name, values in result.samples.items()},
            "best": result.comparison.best,
            "ratio": spread(result.comparison.ratios)._asdict(),
            "ratio_to_fastest_of_round": spread(result.comparison.harder)._asdict(),
            "bar": bar and bar._asdict(),
            "missed": result.missed,
        }

    sections = {result.plan.key: section(result) for result in results}
    return json.dumps({**facts, "comparisons": sections}, indent=2)
