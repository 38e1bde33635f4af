"""Wheel and source distribution install into a bare environment and work there.

Deselect with ``-m 'not packaging'`` where there is no package index.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.packaging, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]

PROBE = """
import pathlib, sys
import supreme_system_v5
from supreme_system_v5.optimized import UltraOptimizedEMA
assert pathlib.Path(supreme_system_v5.__file__).is_relative_to(sys.prefix), "not the installed one"
assert UltraOptimizedEMA(3).update(10.0) == 10.0
assert "numpy" not in sys.modules
print(supreme_system_v5.__version__)
"""


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command away from the checkout; its output stands in the failure if it fails."""
    env = {
        key: value
        for key, value in os.environ.items()
        if key not in {"PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "PYO3_PYTHON"}
    }
    env |= {
        # Crates that are built already are not built again.
        "CARGO_TARGET_DIR": os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target")),
        "PIP_CONSTRAINT": str(ROOT / "constraints.txt"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both distributions once."""
    out = tmp_path_factory.mktemp("dist")
    maturin = Path(sys.executable).with_name("maturin")
    interpreter = ("--interpreter", sys.executable)
    run(maturin, "build", "--release", "--sdist", "--out", out, *interpreter, cwd=ROOT)
    return out


@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_it_installs_into_a_bare_environment_and_works(
    kind: str, dist: Path, tmp_path: Path
) -> None:
    (file,) = dist.glob(kind)
    bare = tmp_path / "bare"
    run(sys.executable, "-m", "venv", bare, cwd=tmp_path)
    run(bare / "bin" / "pip", "install", "--quiet", file, cwd=tmp_path)

    version = run(bare / "bin" / "python", "-c", PROBE, cwd=tmp_path).strip()
    assert f"-{version}" in file.name
    assert "backtest" in run(bare / "bin" / "supreme", "--help", cwd=tmp_path)
    by_module = run(bare / "bin" / "python", "-m", "supreme_system_v5", "--help", cwd=tmp_path)
    assert "backtest" in by_module


def test_the_wheel_carries_types_stub_page_and_licence(dist: Path) -> None:
    (file,) = dist.glob("*.whl")
    names = zipfile.ZipFile(file).namelist()
    assert "supreme_system_v5/py.typed" in names
    assert "supreme_system_v5/_core.pyi" in names
    assert "supreme_system_v5/backtest/page.html" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "scripts/")) for name in names)


def test_the_sdist_carries_what_a_build_needs(dist: Path) -> None:
    (file,) = dist.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Cargo.toml", "Cargo.lock", "LICENSE", "README.md", "pyproject.toml"} <= names
    assert {"rust/core/Cargo.toml", "rust/py/Cargo.toml"} <= names
    assert "python/supreme_system_v5/__init__.py" in names
    assert not any(name.endswith(".so") for name in names)
