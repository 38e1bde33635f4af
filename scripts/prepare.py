"""Make the virtual environment and build the Rust core, each only when its inputs changed.

    python3 scripts/prepare.py run      what `supreme` needs
    python3 scripts/prepare.py dev      what the gates need as well
    python3 scripts/prepare.py bench    what the comparison with peers needs
    python3 scripts/prepare.py train    what training the headline model needs
    python3 scripts/prepare.py verify   build nothing; fail if the binary is not the sources'

Stamps in the environment hold hashes of the inputs' content, not their times: a binary is stale
when a source, the toolchain, the interpreter or the binary itself is another than at the last
build. Needs only the standard library of Python 3.11.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / os.environ.get("VENV", ".venv")
PYTHON = VENV / "bin" / "python"
PACKAGE = ROOT / "python" / "supreme_system_v5"
CONSTRAINTS = ROOT / "constraints.txt"
INCLUDES = {
    "run": ("run", "dev", "bench"),
    "dev": ("dev",),
    "bench": ("bench",),
    "train": ("train",),
}
"""Which levels' packages contain those of a level."""


def main(level: str) -> None:
    """Bring the environment to `level`, or check the binary."""
    if level == "verify":
        if _read("native") != _native_state():
            sys.exit("The Rust core is missing or older than its sources: run `make setup`.")
        return
    if shutil.which("cargo") is None:
        sys.exit("cargo was not found: install Rust (see rust-version in Cargo.toml) with rustup.")
    _make_venv()
    _install(level)
    _build()


def _make_venv() -> None:
    """Make the environment, anew if it was moved or its interpreter is gone or another."""
    state = f"{VENV} {sys.version_info.major}.{sys.version_info.minor}"
    if _read("venv") == state and _starts():
        return
    if VENV.exists() and not (VENV / "pyvenv.cfg").is_file():
        sys.exit(f"{VENV} exists but is no virtual environment: remove it, or set VENV.")
    if _read("venv") or not _starts("-m", "pip", "--version"):  # else somebody else made it
        _say(f"creating {VENV.name} with Python {sys.version.split()[0]}")
        _call(Path(sys.executable), "-m", "venv", "--clear", VENV)
    _write("venv", state)


def _install(level: str) -> None:
    """Install the packages of `level` at the versions of constraints.txt."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    extras = project["project"]["optional-dependencies"]

    def state(of: str) -> str:
        names = sorted({*wanted, *extras.get(of, [])})
        return _digest(json.dumps(names).encode(), CONSTRAINTS.read_bytes())

    if any(_read(f"packages-{of}") == state(of) for of in INCLUDES[level]):
        return
    _say(f"installing the Python packages ({level})")
    packages = [*wanted, *extras.get(level, [])]
    _call(PYTHON, "-m", "pip", "install", *packages)
    _write(f"packages-{level}", state(level))


def _build() -> None:
    """Build the core in release mode and put it, with the package, into the environment."""
    if _read("native") == _native_state():
        return
    _say("building the Rust core (a minute or so the first time)")
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    # cargo judges by file times, and would keep the old binary for a source with an old time.
    _call("cargo", "clean", "--release", "-p", "supreme-core", "-p", "supreme-py", *quiet)
    _call(VENV / "bin" / "maturin", "develop", "--release", *quiet)
    _call(PYTHON, "-c", "import supreme_system_v5._core")
    _write("native", _native_state())


def _native_state() -> str:
    """Hash everything the installed binary depends on, and the binary."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    settings = [project["project"], project["build-system"], project["tool"]["maturin"]]
    sources = [ROOT / "Cargo.toml", ROOT / "Cargo.lock", *sorted(ROOT.glob(".cargo/*"))]
    sources += sorted(ROOT.glob("rust-toolchain*"))
    crates = ROOT / "rust"
    sources += [
        path
        for path in sorted(crates.rglob("*"))
        if not {"tests", "benches"} & {*path.relative_to(crates).parts}
    ]
    rustc = subprocess.run(["rustc", "-vV"], capture_output=True, check=True).stdout
    parts = [str(ROOT).encode(), json.dumps(settings).encode(), rustc, _read("venv").encode()]
    parts += [os.environ.get(name, "").encode() for name in ("RUSTFLAGS", "CARGO_BUILD_TARGET")]
    for path in [*sources, *sorted(PACKAGE.glob("_core*.so"))]:
        if path.is_file():
            parts += [str(path.relative_to(ROOT)).encode(), path.read_bytes()]
    return _digest(*parts)


def _starts(*arguments: str) -> bool:
    """Tell whether the environment's interpreter runs with these arguments."""
    command = [str(PYTHON), *(arguments or ("-c", ""))]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _call(*command: str | Path) -> None:
    """Run a command inside the environment; end with its exit code if it fails."""
    env = {k: v for k, v in os.environ.items() if k not in {"CONDA_PREFIX", "PYTHONHOME"}}
    env |= {"VIRTUAL_ENV": str(VENV), "PIP_CONSTRAINT": str(CONSTRAINTS)}
    env |= {"PATH": f"{VENV / 'bin'}{os.pathsep}{env['PATH']}"}
    env |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_QUIET": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def _digest(*parts: bytes) -> str:
    """Hash parts so that no two lists of parts look alike."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _read(stamp: str) -> str:
    """Return a stamp's text, empty when there is none."""
    path = VENV / f"stamp-{stamp}"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _write(stamp: str, text: str) -> None:
    """Leave a stamp."""
    (VENV / f"stamp-{stamp}").write_text(text, encoding="utf-8")


def _say(text: str) -> None:
    """Tell what takes time."""
    print(f"setup: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in {*INCLUDES, "verify"}:
        sys.exit(__doc__)
    main(sys.argv[1])
