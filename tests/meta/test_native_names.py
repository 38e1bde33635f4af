"""What the native module offers reaches the user: under a public name, with its papers."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from supreme_system_v5 import _core, optimized, simulation

STUB = Path(__file__).parents[2] / "python" / "supreme_system_v5" / "_core.pyi"

INTERNAL = {
    "Float64Array": "owns the memory behind the memoryviews of batch; nobody makes one",
}
"""Native names that stay inside, each with the reason."""

NATIVE = sorted(name for name in vars(_core) if not name.startswith("__"))
PUBLIC = sorted(set(NATIVE) - set(INTERNAL))
each_public = pytest.mark.parametrize("name", PUBLIC)


def test_the_names_were_found() -> None:
    assert len(PUBLIC) > 10
    assert sorted(_core.__all__) == NATIVE


def test_every_native_name_is_offered() -> None:
    assert sorted([*optimized.__all__, *simulation.__all__]) == PUBLIC
    for facade in (optimized, simulation):
        assert all(getattr(facade, name) is getattr(_core, name) for name in facade.__all__)


def test_no_exception_is_out_of_date() -> None:
    assert set(INTERNAL) <= set(NATIVE)


@each_public
def test_it_says_it_lives_where_users_find_it(name: str) -> None:
    native = getattr(_core, name)
    assert native.__module__.split(".")[1] in ("optimized", "simulation")
    home = importlib.import_module(native.__module__)
    assert getattr(home, name) is native
    assert name in home.__all__


@each_public
def test_its_docstring_has_an_example_that_runs(name: str) -> None:
    native = getattr(_core, name)
    text = inspect.getdoc(native) or ""
    for section in ("Example:", "Raises:"):
        assert section in text
    # pytest runs the examples of a module's classes; it must find this one.
    home = importlib.import_module(native.__module__)
    found = [test for test in doctest.DocTestFinder().find(home) if test.name.endswith(name)]
    assert [bool(test.examples) for test in found] == [True]


def documented(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield dotted names and docstrings of the native classes, and of what is in them."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, ast.get_docstring(node) or ""
            for member in node.body:
                # Overloads and the methods of Python's own protocols go without.
                if isinstance(member, ast.FunctionDef) and ast.get_docstring(member):
                    yield f"{node.name}.{member.name}", ast.get_docstring(member) or ""


STUBBED = dict(documented(ast.parse(STUB.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("name", STUBBED)
def test_the_stub_says_what_the_object_says(name: str) -> None:
    native: object = _core
    for part in name.split("."):
        native = inspect.getattr_static(native, part)
    assert (getattr(native, "__doc__", None) or "").splitlines()[:1] == [STUBBED[name]]


def test_every_public_member_is_documented_in_the_stub() -> None:
    members = {
        f"{name}.{member}"
        for name in NATIVE
        for member in vars(getattr(_core, name))
        if not member.startswith("_")
    }
    assert len(members) > 80
    assert members | set(NATIVE) == set(STUBBED)


def test_importing_it_needs_no_numpy() -> None:
    program = (
        "import sys; from supreme_system_v5.optimized import UltraOptimizedEMA as Ema; "
        "Ema(2).batch([1.0]); print('numpy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "False"
