from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.app.strategy_loading import find_strategy, forget_modules, read_parameters
from supreme_system_v5.errors import StrategyError
from supreme_system_v5.strategies import BUILT_IN
from tests.support.runs import strategy_file

names = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
values = st.one_of(
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False),
    st.sampled_from(["long", "BTC-USDT", "a=b", "1h"]),
)


class TestParameters:
    @given(st.dictionaries(names, values))
    def test_what_was_written_is_read(self, parameters: dict[str, float | bool | str]) -> None:
        read = read_parameters(tuple(f"{name}={value}" for name, value in parameters.items()))
        assert read == parameters
        assert [type(value) for value in read.values()] == [
            type(value) for value in parameters.values()
        ]

    def test_no_number_is_a_number_too(self) -> None:
        value = read_parameters(("x=nan",))["x"]
        assert isinstance(value, float)
        assert math.isnan(value)

    @pytest.mark.parametrize("text", ["", "fast", "fast=", "=12", "2fast=1", "a b=1", "a-b=1"])
    def test_what_is_no_parameter_is_told_with_an_example(self, text: str) -> None:
        with pytest.raises(StrategyError, match="write name=value") as caught:
            read_parameters((text,))
        assert repr(text) in str(caught.value)

    def test_one_given_twice_is_refused(self) -> None:
        with pytest.raises(StrategyError, match="fast is given twice"):
            read_parameters(("fast=1", "slow=2", "fast=1"))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return tmp_path


INIT = "def __init__(self, level: float = 1.0) -> None:\n    self.level = level\n"


class TestFinding:
    @pytest.mark.parametrize("where", ["mine.py", "mine.py:Mine", "mine:Mine", "mine"])
    def test_by_file_and_by_module(self, where: str, here: Path) -> None:
        strategy_file(here / "mine.py", "return None", INIT)
        before = list(sys.path)
        make = find_strategy(where, {"level": 2.5})
        first, second = make(), make()
        assert type(first).__name__ == "Mine"
        assert vars(first) == {"level": 2.5}
        assert first is not second
        assert sys.path == before

    def test_a_module_in_a_package(self, here: Path) -> None:
        (here / "house").mkdir()
        strategy_file(here / "house" / "rules.py", "return None")
        assert type(find_strategy("house.rules:Mine", {})()).__module__ == "house.rules"

    def test_imported_classes_are_not_its_own(self, here: Path) -> None:
        strategy_file(here / "base.py", "return None")
        (here / "mine.py").write_text("from base import Mine\n\nclass Other(Mine):\n    pass\n")
        assert type(find_strategy("mine:Mine", {})()).__name__ == "Mine"
        assert type(find_strategy("mine", {})()).__name__ == "Other"

    def test_dataclasses_work_in_a_file(self, here: Path) -> None:
        (here / "mine.py").write_text(
            "from __future__ import annotations\n"
            "from dataclasses import dataclass\n\n"
            "@dataclass\n"
            "class Mine:\n"
            "    level: float = 1.0\n\n"
            "    def decide(self, view): ...\n"
        )
        assert vars(find_strategy("mine.py", {"level": 3})()) == {"level": 3}


class TestForgetting:
    def test_a_module_is_loaded_anew_and_libraries_stay(self, here: Path) -> None:
        strategy_file(here / "mine.py", "return None", "kept: list[int] = []\n")
        known = frozenset(sys.modules)
        find_strategy("mine:Mine", {})
        first = sys.modules["mine"]
        vars(first)["Mine"].kept.append(1)
        forget_modules(known)
        assert "mine" not in sys.modules
        assert {"sys", "math", "pytest", "supreme_system_v5.strategies"} <= set(sys.modules)
        find_strategy("mine:Mine", {})
        assert vars(sys.modules["mine"])["Mine"].kept == []

    def test_what_was_there_before_stays(self, here: Path) -> None:
        strategy_file(here / "mine.py", "return None")
        find_strategy("mine:Mine", {})
        forget_modules(frozenset(sys.modules))
        assert "mine" in sys.modules


class TestRefusing:
    def refused(self, where: str, **parameters: object) -> str:
        with pytest.raises(StrategyError) as caught:
            find_strategy(where, parameters)
        assert where.partition(":")[0] in str(caught.value)
        return str(caught.value)

    @pytest.mark.parametrize("where", ["", ":", "scalpin g", "a..b:C", "my-own.txt", ":Mine"])
    def test_what_is_neither_says_what_there_is(self, where: str) -> None:
        message = self.refused(where)
        assert "module:Class" in message
        assert all(name in message for name in BUILT_IN)

    def test_a_file_that_is_not_there(self) -> None:
        assert "no such file; `supreme new strategy` writes one" in self.refused("none.py")

    def test_a_module_that_is_not_there(self) -> None:
        assert "ModuleNotFoundError" in self.refused("no_such_module_here:Mine")

    @pytest.mark.parametrize(
        ("content", "error"),
        [("def decide(:", "SyntaxError"), ("1 / 0", "ZeroDivisionError"), ("import nix", "nix")],
    )
    def test_a_file_that_cannot_be_loaded(self, content: str, error: str, here: Path) -> None:
        (here / "mine.py").write_text(content)
        message = self.refused("mine.py")
        assert "cannot be loaded" in message
        assert error in message

    def test_a_class_that_is_not_there_or_does_not_decide(self, here: Path) -> None:
        strategy_file(here / "mine.py", "return None")
        (here / "none.py").write_text("class Mine:\n    decide = 5\n")
        assert "there is: Mine" in self.refused("mine.py:Yours")
        assert "there is: none" in self.refused("none.py:Mine")
        assert "a method decide(view): none" in self.refused("none.py")

    def test_two_classes_must_be_told_apart(self, here: Path) -> None:
        path = strategy_file(here / "mine.py", "return None")
        path.write_text(path.read_text() + "\n\nclass Second(Mine):\n    pass\n")
        assert self.refused("mine.py").endswith("Mine, Second")

    @pytest.mark.parametrize(
        ("parameters", "word"),
        [({"depth": 2}, "depth"), ({"level": "much"}, "much")],
    )
    def test_parameters_that_it_does_not_take_show_at_once(
        self, parameters: dict[str, object], word: str, here: Path
    ) -> None:
        body = "def __init__(self, level=1.0):\n    self.level = float(level)\n"
        strategy_file(here / "mine.py", "return None", body)
        message = self.refused("mine.py", **parameters)
        assert "Mine cannot be made" in message
        assert "check its parameters" in message
        assert word in message
