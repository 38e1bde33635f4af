from __future__ import annotations

import ast
import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

from supreme_system_v5 import risk
from supreme_system_v5.risk import ApprovedOrder, Refusal
from supreme_system_v5.risk.approval import approve

PACKAGE = Path(risk.__file__).parents[1]
MINT = {"_MINT", "approve"}


def names_mint(tree: ast.Module) -> bool:
    """Tell whether a module names what makes approved orders, in code or in a string."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(name) | ast.Attribute(attr=name) | ast.FunctionDef(name=name):
                found = name in MINT
            case ast.ImportFrom(module, names):
                found = any(alias.name in {*MINT, "*"} for alias in names) and (
                    "risk" in (module or "").split(".")
                )
            case ast.Constant(str(text)):
                found = text in MINT
            case _:
                found = False
        if found:
            return True
    return False


def test_nobody_outside_the_package_names_the_mint() -> None:
    paths = sorted(PACKAGE.rglob("*.py"))
    assert len(paths) > 50
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in paths
        if names_mint(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == {"risk/approval.py", "risk/dynamic_risk.py", "risk/fixed_fraction.py"}
    assert not MINT & set(risk.__all__)


@pytest.mark.parametrize(
    "source",
    [
        "from supreme_system_v5.risk.approval import approve",
        "from supreme_system_v5.risk.approval import _MINT as token",
        "from supreme_system_v5.risk.approval import *",
        "import supreme_system_v5.risk.approval as a\na.approve(1)",
        "a = approval\nApprovedOrder(1, a._MINT)",
        "getattr(approval, '_MINT')",
        "def f():\n    from supreme_system_v5.risk.approval import approve as ok",
    ],
)
def test_the_guard_sees_every_way_in(source: str) -> None:
    assert names_mint(ast.parse(source))


def test_the_guard_lets_others_pass() -> None:
    assert not names_mint(ast.parse("from supreme_system_v5.risk import ApprovedOrder\nx.approved"))


@pytest.mark.parametrize("mint", [None, object(), True, "_MINT", ApprovedOrder])
def test_an_order_is_made_by_risk_alone(mint: object) -> None:
    with pytest.raises(TypeError, match="approved by risk alone"):
        ApprovedOrder(1, mint)
    with pytest.raises(TypeError):
        ApprovedOrder(1)


def test_risk_makes_one_that_holds_its_quantity_and_nothing_else() -> None:
    assert type(approve(7)) is ApprovedOrder
    order: Any = approve(7)
    assert order.quantity == 7
    with pytest.raises(AttributeError):
        order.note = "mine"


def test_an_approved_quantity_stays_as_approved() -> None:
    order: Any = approve(7)
    with pytest.raises(AttributeError):
        order.quantity = 8
    assert order.quantity == 7


def test_one_does_not_become_two() -> None:
    order = approve(7)
    for make in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            make(order)


def test_a_refusal_is_no_order() -> None:
    refusal = Refusal(reason="TOO_SMALL", limit=5, value=3)
    assert not isinstance(refusal, ApprovedOrder)
    assert (refusal.reason, refusal.limit, refusal.value) == ("TOO_SMALL", 5, 3)
    with pytest.raises(AttributeError):
        refusal.reason = ""  # type: ignore[misc]
