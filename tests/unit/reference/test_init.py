from __future__ import annotations

import importlib
import inspect
import pkgutil

from supreme_system_v5 import reference


def test_all_is_exactly_the_public_classes_of_the_public_modules() -> None:
    modules = [m.name for m in pkgutil.iter_modules(reference.__path__) if m.name[0] != "_"]
    assert len(modules) >= 10
    public = {
        name
        for module in modules
        for name, thing in vars(importlib.import_module(f"{reference.__name__}.{module}")).items()
        if inspect.isclass(thing)
        and thing.__module__ == f"{reference.__name__}.{module}"
        and name[0] != "_"
    }
    assert set(reference.__all__) == public - {"RollingSum"}  # an inner part of two classes
    assert list(reference.__all__) == sorted(reference.__all__)
    assert all(hasattr(reference, name) for name in reference.__all__)


def test_every_public_class_says_what_it_costs_and_where_it_is_from() -> None:
    for name in reference.__all__:
        text = inspect.getdoc(getattr(reference, name))
        assert text is not None
        for part in ("Source:", "Example:", ">>> "):
            assert part in text, (name, part)
        assert "onstant time" in text or "roportional to" in text or "onstant memory" in text, name
