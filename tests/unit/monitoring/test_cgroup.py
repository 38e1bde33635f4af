from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.monitoring.cgroup import (
    Cgroup,
    parse_amount,
    parse_cgroup_paths,
    parse_cpu_quota,
    parse_mounts,
    parse_stat,
)

V2_MOUNT = (
    "25 1 0:22 / /proc rw,nosuid - proc proc rw\n"
    "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
)
V1_MOUNTS = (
    "33 31 0:30 /{root} /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 /{root} /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
)


def group(files: Mapping[str, str]) -> Cgroup:
    return Cgroup(files.get)


class TestParsing:
    @given(st.integers(0, 2**60 - 1), st.sampled_from(["", "\n", " \n"]))
    def test_an_amount(self, amount: int, end: str) -> None:
        assert parse_amount(f"{amount}{end}") == amount

    @pytest.mark.parametrize(
        "text", [None, "", "max", "-1", "1.5", "1e3", "0x10", "\u0664", "9223372036854771712"]
    )
    def test_what_is_no_limit(self, text: str | None) -> None:
        assert parse_amount(text) is None

    @given(st.integers(1, 10**9), st.integers(1_000, 10**6))
    def test_a_quota(self, quota: int, period: int) -> None:
        assert parse_cpu_quota(f"{quota} {period}\n") == quota / period

    @pytest.mark.parametrize("text", [None, "", "max 100000", "5", "5 0", "0 100000", "a b"])
    def test_what_is_no_quota(self, text: str | None) -> None:
        assert parse_cpu_quota(text) is None

    @given(st.dictionaries(st.from_regex(r"[a-z_]{1,20}", fullmatch=True), st.integers(0, 2**59)))
    def test_a_stat(self, values: dict[str, int]) -> None:
        text = "".join(f"{name} {value}\n" for name, value in values.items())
        assert parse_stat(text) == values

    @given(
        st.dictionaries(
            st.from_regex(r"[a-z_]{1,9}", fullmatch=True),
            st.from_regex(r"/[A-Za-z0-9:./_-]{0,40}", fullmatch=True),
        )
    )
    def test_paths(self, paths: dict[str, str]) -> None:
        text = "".join(
            f"{number}:{name}:{path}\n" for number, (name, path) in enumerate(paths.items())
        )
        assert parse_cgroup_paths(text) == paths

    @given(st.text())
    def test_nothing_that_a_file_says_raises(self, text: str) -> None:
        parse_amount(text)
        parse_cpu_quota(text)
        parse_stat(text)
        parse_cgroup_paths(text)
        parse_mounts(text)
        files = {"/proc/self/cgroup": text, "/proc/self/mountinfo": V2_MOUNT + text}
        found = group(files)
        assert (found.memory_limit(), found.memory_left()) == (None, None)
        assert (found.cpu_cores(), found.cpu_used_ns()) == (None, None)


class TestV2:
    FILES: ClassVar = {
        "/proc/self/cgroup": "0::/system.slice/supreme.service\n",
        "/proc/self/mountinfo": V2_MOUNT,
        "/sys/fs/cgroup/system.slice/memory.max": "800\n",
        "/sys/fs/cgroup/system.slice/memory.current": "500\n",
        "/sys/fs/cgroup/system.slice/memory.stat": "anon 100\ninactive_file 50\n",
        "/sys/fs/cgroup/system.slice/cpu.max": "150000 100000\n",
        "/sys/fs/cgroup/system.slice/supreme.service/memory.max": "1000\n",
        "/sys/fs/cgroup/system.slice/supreme.service/memory.current": "300\n",
        "/sys/fs/cgroup/system.slice/supreme.service/cpu.max": "max 100000\n",
        "/sys/fs/cgroup/system.slice/supreme.service/cpu.stat": "usage_usec 7\nuser_usec 5\n",
    }

    def test_the_tightest_of_the_group_and_its_parents_counts(self) -> None:
        found = group(self.FILES)
        assert found.memory_limit() == 800
        assert found.memory_left() == 800 - (500 - 50)
        assert found.cpu_cores() == 1.5
        assert found.cpu_used_ns() == 7_000

    def test_in_a_container_the_root_is_the_group(self) -> None:
        files = {
            "/proc/self/cgroup": "0::/\n",
            "/proc/self/mountinfo": V2_MOUNT,
            "/sys/fs/cgroup/memory.max": "256\n",
            "/sys/fs/cgroup/memory.current": "300\n",
            "/sys/fs/cgroup/cpu.max": "50000 100000\n",
        }
        found = group(files)
        assert (found.memory_limit(), found.memory_left(), found.cpu_cores()) == (256, 0, 0.5)

    def test_a_path_that_leads_out_of_what_is_mounted_is_not_followed(self) -> None:
        files = {
            "/proc/self/cgroup": "0::/../../etc\n",
            "/proc/self/mountinfo": V2_MOUNT,
            "/sys/fs/cgroup/memory.max": "256\n",
        }
        assert group(files).memory_limit() == 256


class TestV1:
    @pytest.mark.parametrize("root", ["", "docker/1a2b"])
    def test_limits_and_use(self, root: str) -> None:
        folder = "" if root else "/docker/1a2b"
        memory, cpu = f"/sys/fs/cgroup/memory{folder}", f"/sys/fs/cgroup/cpu,cpuacct{folder}"
        found = group(
            {
                "/proc/self/cgroup": "5:memory:/docker/1a2b\n1:cpu,cpuacct:/docker/1a2b\n0::/\n",
                "/proc/self/mountinfo": V1_MOUNTS.format(root=root),
                f"{memory}/memory.limit_in_bytes": "1000\n",
                f"{memory}/memory.usage_in_bytes": "700\n",
                f"{memory}/memory.stat": "cache 9\ntotal_inactive_file 100\n",
                f"{cpu}/cpu.cfs_quota_us": "200000\n",
                f"{cpu}/cpu.cfs_period_us": "100000\n",
                f"{cpu}/cpuacct.usage": "123456789\n",
            }
        )
        assert (found.memory_limit(), found.memory_left()) == (1_000, 400)
        assert (found.cpu_cores(), found.cpu_used_ns()) == (2.0, 123_456_789)

    def test_no_limit_is_written_as_a_huge_one(self) -> None:
        found = group(
            {
                "/proc/self/cgroup": "5:memory:/\n1:cpu,cpuacct:/\n",
                "/proc/self/mountinfo": V1_MOUNTS.format(root=""),
                "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
                "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
                "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            }
        )
        assert (found.memory_limit(), found.memory_left(), found.cpu_cores()) == (None, None, None)


def test_without_control_groups_nothing_is_limited() -> None:
    found = group({})
    assert (found.memory_limit(), found.memory_left()) == (None, None)
    assert (found.cpu_cores(), found.cpu_used_ns()) == (None, None)
