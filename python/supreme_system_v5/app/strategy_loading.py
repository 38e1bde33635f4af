"""A strategy by its name, its module or its file."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import sysconfig
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from supreme_system_v5.errors import StrategyError
from supreme_system_v5.strategies import BUILT_IN, Strategy

__all__ = ["find_strategy", "forget_modules", "read_parameters"]


_T = TypeVar("_T")


def read_parameters(texts: tuple[str, ...]) -> dict[str, float | bool | str]:
    """Return the parameters in ``name=value`` texts: true, false, whole numbers, numbers, words.

    Raises:
        StrategyError: One is no such text, or is there twice.

    >>> read_parameters(("fast=12", "stop_atr=1.5", "shorts=true"))
    {'fast': 12, 'stop_atr': 1.5, 'shorts': True}
    """
    parameters: dict[str, float | bool | str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not (sign and name.isidentifier() and value):
            raise StrategyError(f"{text!r} is no parameter; write name=value, such as fast=12")
        if name in parameters:
            raise StrategyError(f"parameter {name} is given twice; keep one")
        parameters[name] = _value(value)
    return parameters


def _value(text: str) -> float | bool | str:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def find_strategy(where: str, parameters: Mapping[str, object]) -> Callable[[], Strategy]:
    """Return what makes the strategy at ``module:Class``, ``file.py`` or ``file.py:Class``.

    A module is looked for in the current folder too. One is made at once, so that what is wrong
    with it shows before the run.

    Raises:
        StrategyError: It cannot be found, loaded or made, or is no strategy.
    """
    place, _, name = where.rpartition(":") if ":" in where else (where, "", "")
    module = _from_file(Path(place)) if place.endswith(".py") else _from_module(place, where)
    kind = _class(module, name, where)

    def make() -> Strategy:
        try:
            made: Strategy = kind(**parameters)
        except Exception as error:
            raise StrategyError(
                f"{where}: {kind.__name__} cannot be made "
                f"({type(error).__name__}: {error}); check its parameters"
            ) from error
        return made

    make()
    return make


def forget_modules(known: Collection[str]) -> None:
    """Forget the user's modules that were imported since, so that they are loaded anew.

    What a module or a class kept is then not there any more. Libraries stay: what is installed, or
    came with Python, and this package; some of them cannot be loaded twice.

    Args:
        known: Names of modules that stay in any case.
    """
    libraries = [
        Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")
    ]
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name in known or name.partition(".")[0] == __package__.partition(".")[0] or not file:
            continue
        if not any(Path(file).is_relative_to(library) for library in libraries):
            del sys.modules[name]


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise StrategyError(f"{path}: there is no such file; `supreme new strategy` writes one")
    spec = importlib.util.spec_from_file_location(f"strategy_{path.stem}", path)
    if spec is None or (loader := spec.loader) is None:
        raise StrategyError(f"{path}: cannot be loaded as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there

    def load() -> ModuleType:
        loader.exec_module(module)
        return module

    return _load(str(path), load)


def _from_module(name: str, where: str) -> ModuleType:
    unknown = (
        f"strategy {where!r} is neither built in ({', '.join(BUILT_IN)}) nor module:Class "
        "nor a file that ends in .py"
    )
    if not name or not all(part.isidentifier() for part in name.split(".")):
        raise StrategyError(unknown)
    here = str(Path.cwd())
    added = here not in sys.path
    if added:
        sys.path.insert(0, here)
    try:
        if ":" not in where and importlib.util.find_spec(name.partition(".")[0]) is None:
            raise StrategyError(unknown)
        return _load(where, lambda: importlib.import_module(name))
    finally:
        if added:
            sys.path.remove(here)


def _load(where: str, load: Callable[[], _T]) -> _T:
    try:
        return load()
    except Exception as error:
        raise StrategyError(
            f"{where}: cannot be loaded ({type(error).__name__}: {error})"
        ) from error


def _class(module: ModuleType, name: str, where: str) -> type:
    found = {
        key: value
        for key, value in vars(module).items()
        if inspect.isclass(value) and value.__module__ == module.__name__ and _decides(value)
    }
    if name:
        kind = getattr(module, name, None)
        if inspect.isclass(kind) and _decides(kind):
            return kind
        raise StrategyError(
            f"{where}: there is no class {name} with a method decide(view); "
            f"there is: {', '.join(found) or 'none'}"
        )
    if len(found) != 1:
        raise StrategyError(
            f"{where}: name one of its classes after a colon; those with a method decide(view): "
            f"{', '.join(found) or 'none'}"
        )
    return next(iter(found.values()))


def _decides(kind: type) -> bool:
    return callable(getattr(kind, "decide", None))
