"""`__all__` is the truth about what a module offers. (That it is sorted is ruff's RUF022.)"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "python"
MODULES = sorted((ROOT / "supreme_system_v5").rglob("*.py"))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def is_private(path: Path) -> bool:
    return path.stem.startswith("_") and path.stem != "__init__"


PUBLIC = [path for path in MODULES if not is_private(path)]
public = pytest.mark.parametrize("path", PUBLIC, ids=dotted)


def defined(tree: ast.Module, *, with_imports: bool) -> Iterator[str]:
    """Yield the public names that a module binds at its top level."""
    for node in tree.body:
        match node:
            case ast.ClassDef(name) | ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                yield name
            case ast.Assign(targets):
                yield from (t.id for t in targets if isinstance(t, ast.Name))
            case ast.AnnAssign(ast.Name(name)):
                yield name
            case ast.ImportFrom(module, names) if with_imports and module != "__future__":
                yield from (alias.asname or alias.name for alias in names)
            case _:
                pass


def test_the_modules_were_found() -> None:
    assert len(PUBLIC) > 10


@public
def test_every_name_offered_exists(path: Path) -> None:
    module = importlib.import_module(dotted(path))
    offered: list[str] = module.__all__
    assert len(offered) == len(set(offered))
    assert [name for name in offered if not hasattr(module, name)] == []


@public
def test_every_public_name_is_offered(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    # What a package's __init__ imports, it offers; what another module imports, it only uses.
    names = set(defined(tree, with_imports=path.stem == "__init__"))
    offered = set(importlib.import_module(dotted(path)).__all__)
    assert {name for name in names if not name.startswith("_")} - offered == set()
