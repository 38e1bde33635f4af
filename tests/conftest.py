"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples in every run, and no clock: machines are busy, builds must not depend on luck.
# HYPOTHESIS_PROFILE=search looks for new ones, and keeps those that fail.
settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "search", settings.get_profile("same"), derandomize=False, max_examples=2_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the directory with recorded market data that SUPREME_DATA_DIR names."""
    named = os.environ.get("SUPREME_DATA_DIR")
    path = Path(named) if named else None
    if path is None or not path.is_dir():
        if os.environ.get("SUPREME_DATA_REQUIRED") == "1":
            pytest.fail("SUPREME_DATA_REQUIRED is 1, but SUPREME_DATA_DIR names no directory")
        pytest.skip("SUPREME_DATA_DIR is not set: real-data tests are skipped")
    return path


@pytest.fixture(autouse=True)
def _state_dir(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep runs of the command out of the register of whoever runs the tests."""
    monkeypatch.setenv("STATE_DIR", str(tmp_path_factory.getbasetemp() / "state"))
