"""Where what is kept between runs lies, and where a running system answers."""

from __future__ import annotations

from pathlib import Path

from supreme_system_v5.app.world import World
from supreme_system_v5.errors import SettingsError
from supreme_system_v5.settings import Settings, load_settings

__all__ = ["control_path", "state_folder"]

_FOLDER = "supreme-system-v5"
_SOCKET = "control.sock"


def state_folder(settings: Settings, world: World) -> Path | None:
    """Return ``STATE_DIR``, or the user's folder for such things.

    That is ``$XDG_STATE_HOME``, if it is an absolute path, or ``~/.local/state`` (XDG Base
    Directory Specification 0.8). None where neither is known.
    """
    home = world.environment.get("HOME", "")
    if settings.state_dir is not None:
        given = settings.state_dir
        return Path(home + given[1:] if home and given.startswith("~/") else given)
    state = world.environment.get("XDG_STATE_HOME", "")
    if Path(state).is_absolute():
        return Path(state) / _FOLDER
    return Path(home) / ".local" / "state" / _FOLDER if home else None


def control_path(world: World, settings: Settings | None = None) -> Path:
    """Return the path of the socket at which a running system answers.

    Args:
        world: Whose environment and ``.env`` are read.
        settings: Those, where they were read already.

    Raises:
        SettingsError: Settings are refused, or no folder is known.
    """
    if settings is None:
        settings = load_settings(world.environment, world.dotenv_path)
    folder = state_folder(settings, world)
    if folder is None:
        raise SettingsError(
            "STATE_DIR is not set, and neither HOME nor XDG_STATE_HOME says where else to keep "
            "things: set STATE_DIR to a folder of yours"
        )
    return folder / _SOCKET
