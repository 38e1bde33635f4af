"""What a user can set: environment over ``.env`` over defaults, checked before anything starts.

Nothing here reads ``os.environ`` or runs at import; the composition root hands both sources in.
``.env.example`` documents every key, and a test holds it to this room.
"""

from __future__ import annotations

from supreme_system_v5.settings._loading import load_settings
from supreme_system_v5.settings._secret import Secret
from supreme_system_v5.settings._table import Settings

__all__ = ["Secret", "Settings", "load_settings"]
