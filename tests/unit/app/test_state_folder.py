from __future__ import annotations

from pathlib import Path

import pytest

from supreme_system_v5.app.state_folder import control_path, state_folder
from supreme_system_v5.errors import SettingsError
from supreme_system_v5.settings import Settings
from tests.support.runs import world


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"STATE_DIR": "/mine", "HOME": "/me"}, "/mine"),
        ({"STATE_DIR": "~/mine", "HOME": "/me"}, "/me/mine"),
        ({"XDG_STATE_HOME": "/state", "HOME": "/me"}, "/state/supreme-system-v5"),
        ({"XDG_STATE_HOME": "state", "HOME": "/me"}, "/me/.local/state/supreme-system-v5"),
        ({"HOME": "/me"}, "/me/.local/state/supreme-system-v5"),
    ],
)
def test_where_it_is(environment: dict[str, str], folder: str) -> None:
    assert control_path(world(**environment)) == Path(folder, "control.sock")


def test_where_nobody_says_where() -> None:
    assert state_folder(Settings(), world()) is None
    with pytest.raises(SettingsError, match="set STATE_DIR"):
        control_path(world())


def test_settings_that_were_read_are_not_read_again() -> None:
    settings = Settings(state_dir="/other")
    assert control_path(world(STATE_DIR="/mine"), settings) == Path("/other/control.sock")
