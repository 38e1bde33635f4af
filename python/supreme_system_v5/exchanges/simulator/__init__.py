"""A local exchange that speaks like the real ones, to try the system and its faults on.

Nothing uses it unless it is asked for.
"""

from __future__ import annotations

from supreme_system_v5.exchanges.simulator.faults import Fault, Injection
from supreme_system_v5.exchanges.simulator.server import SimulatedExchange

__all__ = ["Fault", "Injection", "SimulatedExchange"]
