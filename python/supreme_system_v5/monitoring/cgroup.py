"""What a control group allows its processes: memory and processor time, by cgroup v2 or v1.

Plain functions over the text of the kernel's files, and one class that knows where those lie. A
limit of a parent holds for its children, so the tightest one counts. Text that is not in the
kernel's format is no limit: a monitor must not end what it watches.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

import msgspec

__all__ = [
    "Cgroup",
    "Mount",
    "parse_amount",
    "parse_cgroup_paths",
    "parse_cpu_quota",
    "parse_mounts",
    "parse_stat",
]

_Reader = Callable[[str], str | None]
"""The text of a file, or None where there is none or it may not be read."""

_NO_LIMIT = 1 << 60
"""cgroup v1 writes "no limit" as the largest multiple of a page."""
_LONGEST = 20


class Mount(msgspec.Struct, frozen=True, kw_only=True):
    """Where a hierarchy is mounted.

    Attributes:
        point: The folder.
        root: Which part of the hierarchy is seen there; ``"/"`` for all of it.
        controllers: Of v1, what it controls; empty for v2.
    """

    point: str
    root: str
    controllers: frozenset[str]


def parse_amount(text: str | None) -> int | None:
    r"""Read a limit or a counter; None for none, for ``max``, and for what is no number.

    >>> parse_amount("1048576\n"), parse_amount("max\n"), parse_amount("-1")
    (1048576, None, None)
    """
    word = (text or "").strip()
    if not (word.isascii() and word.isdigit() and len(word) <= _LONGEST):
        return None
    number = int(word)
    return None if number >= _NO_LIMIT else number


def parse_cpu_quota(text: str | None) -> float | None:
    r"""Read ``cpu.max`` as a number of cores; None for no limit.

    >>> parse_cpu_quota("50000 100000\n"), parse_cpu_quota("max 100000\n")
    (0.5, None)
    """
    quota, _, period = (text or "").strip().partition(" ")
    return _cores(parse_amount(quota), parse_amount(period))


def _cores(quota: int | None, period: int | None) -> float | None:
    return quota / period if quota and period else None


def parse_stat(text: str | None) -> dict[str, int]:
    r"""Read ``memory.stat``, ``cpu.stat`` and their like: a name and a number in each line.

    >>> parse_stat("usage_usec 12\nuser_usec 9\n")
    {'usage_usec': 12, 'user_usec': 9}
    """
    found: dict[str, int] = {}
    for line in (text or "").splitlines():
        name, _, number = line.partition(" ")
        if name and (amount := parse_amount(number)) is not None:
            found[name] = amount
    return found


def parse_cgroup_paths(text: str | None) -> dict[str, str]:
    r"""Read ``/proc/self/cgroup``: the path by controller; that of v2 under the empty name.

    >>> parse_cgroup_paths("4:cpu,cpuacct:/a\n0::/b:c\n")
    {'cpu': '/a', 'cpuacct': '/a', '': '/b:c'}
    """
    found: dict[str, str] = {}
    for line in (text or "").splitlines():
        _, colon, rest = line.partition(":")
        controllers, second, path = rest.partition(":")
        if colon and second and path.startswith("/"):
            found |= dict.fromkeys(controllers.split(","), path)
    return found


def parse_mounts(text: str | None) -> tuple[Mount, ...]:
    """Read the hierarchies in ``/proc/self/mountinfo``."""
    found: list[Mount] = []
    for line in (text or "").splitlines():
        before, _, after = line.partition(" - ")
        place, kind = before.split(" "), after.split(" ")
        if len(place) < 5 or len(kind) < 3 or kind[0] not in ("cgroup", "cgroup2"):  # noqa: PLR2004 - fields of proc(5)
            continue
        names = frozenset(kind[2].split(",")) if kind[0] == "cgroup" else frozenset[str]()
        found.append(Mount(point=place[4], root=place[3], controllers=names))
    return tuple(found)


def _folders(mount: Mount, path: str) -> tuple[str, ...]:
    """Return the group's folder and those of its parents, as far as they are mounted."""
    inner, root = PurePosixPath(path), PurePosixPath(mount.root)
    # Inside a container the path may be the host's, of which nothing but our own part is mounted.
    below = inner.relative_to(root) if inner.is_relative_to(root) else PurePosixPath()
    if ".." in below.parts:
        below = PurePosixPath()
    here = PurePosixPath(mount.point)
    return tuple(str(here / part) for part in (below, *below.parents))


class Cgroup:
    """The control group of this process, found once; its limits are read anew each time.

    Args:
        read: Reads a file; tests hand in their own.
    """

    __slots__ = ("_cpu", "_memory", "_read", "_usage")

    def __init__(self, read: _Reader) -> None:
        self._read = read
        paths = parse_cgroup_paths(read("/proc/self/cgroup"))
        mounts = parse_mounts(read("/proc/self/mountinfo"))
        self._memory = _find(paths, mounts, "memory")
        self._cpu = _find(paths, mounts, "cpu")
        self._usage = _find(paths, mounts, "cpuacct")

    def memory_limit(self) -> int | None:
        """Return the tightest limit in bytes; None for none."""
        folders, old = self._memory
        name = "memory.limit_in_bytes" if old else "memory.max"
        return min(self._amounts(folders, name), default=None)

    def memory_left(self) -> int | None:
        """Return the bytes that the tightest group still allows; None without a limit.

        Pages of files that nobody used lately count as left: the kernel gives them up first.
        """
        folders, old = self._memory
        limit, usage, idle = (
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            if old
            else ("memory.max", "memory.current", "inactive_file")
        )
        left: list[int] = []
        for folder in folders:
            allowed = parse_amount(self._read(f"{folder}/{limit}"))
            if allowed is None:
                continue
            used = parse_amount(self._read(f"{folder}/{usage}")) or 0
            spare = parse_stat(self._read(f"{folder}/memory.stat")).get(idle, 0)
            left.append(max(allowed - max(used - spare, 0), 0))
        return min(left, default=None)

    def cpu_cores(self) -> float | None:
        """Return the tightest limit in cores; None for none."""
        folders, old = self._cpu
        found: list[float] = []
        for folder in folders:
            if old:
                quota = parse_amount(self._read(f"{folder}/cpu.cfs_quota_us"))
                cores = _cores(quota, parse_amount(self._read(f"{folder}/cpu.cfs_period_us")))
            else:
                cores = parse_cpu_quota(self._read(f"{folder}/cpu.max"))
            if cores is not None:
                found.append(cores)
        return min(found, default=None)

    def cpu_used_ns(self) -> int | None:
        """Return the processor time that the group has used, in nanoseconds; None if unknown."""
        folders, old = self._usage
        if not folders:
            return None
        if old:
            return parse_amount(self._read(f"{folders[0]}/cpuacct.usage"))
        used = parse_stat(self._read(f"{folders[0]}/cpu.stat")).get("usage_usec")
        return None if used is None else used * 1_000

    def _amounts(self, folders: tuple[str, ...], name: str) -> list[int]:
        found = (parse_amount(self._read(f"{folder}/{name}")) for folder in folders)
        return [amount for amount in found if amount is not None]


def _find(
    paths: dict[str, str], mounts: tuple[Mount, ...], controller: str
) -> tuple[tuple[str, ...], bool]:
    """Return the folders of a controller, and whether it is one of v1."""
    old = controller in paths
    path = paths.get(controller if old else "")
    for mount in mounts:
        if path is not None and (controller in mount.controllers if old else not mount.controllers):
            return _folders(mount, path), old
    return (), old
