"""Every module has its test, found by its name: `a/b.py` is tested by `tests/unit/a/test_b.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "python" / "supreme_system_v5"
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))

WITHOUT = {
    "ports.py": "Protocols only; the contract tests of those who fulfil them are their tests",
}
"""Modules without a test of their own, each with the reason."""


def is_private(module: Path) -> bool:
    """Tell whether a module is tested through the public ones beside it (`__init__` as well)."""
    return module.stem.startswith("_")


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_it_has_a_test(module: Path) -> None:
    if is_private(module) or module.as_posix() in WITHOUT:
        return
    test = Path("tests", "unit", module.parent, f"test_{module.name}")
    assert (ROOT / test).is_file(), f"{test} is missing"


def test_the_modules_were_found() -> None:
    assert len(MODULES) > 10


def test_no_exception_is_out_of_date() -> None:
    assert [name for name in WITHOUT if not (PACKAGE / name).is_file()] == []
