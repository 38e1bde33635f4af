"""The native module has one door: nothing but `_native.py` names it in an import.

(import-linter sees Python files only, so the layers cannot guard this.)
"""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "python" / "supreme_system_v5"
DOOR = "_native.py"


def names_core(tree: ast.Module) -> bool:
    """Tell whether a module imports `_core`, by statement or by name in a string."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                found = any("_core" in alias.name.split(".") for alias in names)
            case ast.ImportFrom(module, names):
                found = "_core" in (module or "").split(".")
                found = found or any(alias.name == "_core" for alias in names)
            case ast.Constant("_core" | "supreme_system_v5._core" | "._core"):
                found = True
            case _:
                found = False
        if found:
            return True
    return False


def test_only_the_door_imports_the_native_module() -> None:
    paths = sorted(PACKAGE.rglob("*.py"))
    assert len(paths) > 10
    found = [
        path.relative_to(PACKAGE).as_posix()
        for path in paths
        if names_core(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == [DOOR]


def test_the_guard_sees_every_way_in() -> None:
    for source in (
        "import supreme_system_v5._core",
        "from supreme_system_v5 import _core",
        "from supreme_system_v5._core import Ema",
        "def f():\n    from supreme_system_v5._core import Ema",
        "importlib.import_module('supreme_system_v5._core')",
    ):
        assert names_core(ast.parse(source)), source
    assert not names_core(ast.parse("from supreme_system_v5.optimized import ema"))
