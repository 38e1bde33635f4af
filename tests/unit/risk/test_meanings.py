"""Whatever refuses has a meaning: the reasons are found in the source, so a new one is seen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from supreme_system_v5.domain import OrderStatus
from supreme_system_v5.engine import trader
from supreme_system_v5.risk import MEANINGS

PACKAGE = Path(__file__).parents[3] / "python" / "supreme_system_v5"
ROOMS = (PACKAGE / "risk", PACKAGE / "engine")
SOURCES = [*(path for room in ROOMS for path in room.glob("*.py")), PACKAGE / "signal_check.py"]
REFUSERS = {"_refuse", "_refuse_signal"}
"""Functions of the engine whose first argument is a reason."""
PASSED_ON = {
    "own.reason": "what `_stop` was told",
    "refusal.reason": "of another refusal",
    "reason": "of `conditions`, of `signal_check`, or of who calls `_refuse`",
    "*fault": "a tuple of that name",
    "*found": "of `signal_check`",
    "f'{report.status}_{report.reason}'": "of the exchange: `OF_THE_EXCHANGE`",
}
"""Reasons that stand elsewhere in the source, and where."""
OF_THE_EXCHANGE = {
    OrderStatus.REJECTED: {"LOT_SIZE", "TICK_SIZE", "PRICE_BAND", "MIN_NOTIONAL", "TOO_LARGE"},
    OrderStatus.CANCELLED: {"FUNDS", "TOO_LARGE"},
}
"""By docs/trading.md, "The paper exchange"."""


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def reasons(path: Path) -> Iterator[ast.expr]:
    """Yield the expressions of a module that are reasons of refusals."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(keywords=named) if called(node) == "Refusal":
                yield next(each.value for each in named if each.arg == "reason")
            case ast.Call(args=[first, *_]) if called(node) in REFUSERS and in_engine(path):
                yield first
            case ast.Call(args=[_, why]) if called(node) == "_stop" and not in_engine(path):
                yield why
            case ast.Return(value=ast.Tuple(elts=[first, *_])) if path.stem == "signal_check":
                yield first
            case ast.Assign(targets=[ast.Name(id="fault")], value=ast.Tuple(elts=[first, *_])):
                yield first
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                path.stem == "conditions" and name.isupper()
            ):
                pairs = value.values if isinstance(value, ast.Dict) else [value]
                yield from (pair.elts[0] for pair in pairs if isinstance(pair, ast.Tuple))


def in_engine(path: Path) -> bool:
    return path.parent.name == "engine"


def constants() -> set[str]:
    found = {each for path in SOURCES for each in reasons(path)}
    return {str(each.value) for each in found if isinstance(each, ast.Constant)}


def of_the_exchange() -> set[str]:
    return {f"{status}_{why}" for status, whys in OF_THE_EXCHANGE.items() for why in whys}


def test_every_reason_has_a_meaning_and_every_meaning_a_reason() -> None:
    assert constants() | of_the_exchange() == MEANINGS.keys()


def test_a_reason_is_written_down_or_known_to_come_from_where_it_is() -> None:
    found = {each for path in SOURCES for each in reasons(path)}
    elsewhere = {ast.unparse(each) for each in found if not isinstance(each, ast.Constant)}
    assert elsewhere == PASSED_ON.keys()


def test_what_the_exchange_says_is_what_the_trader_counts() -> None:
    assert set().union(*OF_THE_EXCHANGE.values()) == trader._REFUSALS


def test_the_reasons_were_found() -> None:
    found = constants()
    assert {"COST", "EXIT_TRAP", "DRAWDOWN", "STALE_FEED", "WARM_UP", "WRONG_SIDE"} <= found
    assert len(found) > 25


@pytest.mark.parametrize("reason", MEANINGS)
def test_a_meaning_is_a_few_words_that_go_on_a_sentence(reason: str) -> None:
    meaning = MEANINGS[reason]
    assert reason == reason.upper()
    assert 10 < len(meaning) <= 72
    assert meaning[0].islower()
    assert not meaning.endswith(".")
