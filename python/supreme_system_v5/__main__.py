"""`python -m supreme_system_v5` is `supreme`."""

from __future__ import annotations

from supreme_system_v5.cli.main import main

if __name__ == "__main__":
    main()
