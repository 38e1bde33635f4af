"""`supreme sim` as a process."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request

import pytest
from click.testing import CliRunner

from supreme_system_v5.cli.main import supreme


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_line_is_its_address_and_a_signal_ends_it(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "supreme_system_v5", "sim", "--seed", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{url}/api/v5/public/time") as response:  # noqa: S310 - ours
            assert response.status == 200
        process.send_signal(number)
        assert process.wait(30) == 0


def test_wrong_scenarios_are_told() -> None:
    told = CliRunner().invoke(supreme, ["sim", "--scenario", "stormy"])
    assert told.exit_code == 1
    assert "scenario is 'stormy'" in told.output
