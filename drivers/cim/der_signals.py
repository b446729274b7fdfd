"""What signals ask of DER beyond a share of their rating: limits at the point of connection, services to the grid."""

from __future__ import annotations

from enum import StrEnum

from drivers.cim.payloads import Part


class Service(StrEnum):
    """A service of DER to the grid. ``default`` ends every other one of the homes that it is for."""

    DEFAULT = "default"
    VOLT_VAR = "volt-var"
    FIXED_VAR = "fixed-var"
    DROOP = "frequency-droop"


class DerRequest(Part, frozen=True):
    """``power`` (W) is the limit of what is fed in or drawn at the point of connection.

    Of services: ``points`` of a curve (% of nominal voltage, % of the greatest reactive power; two or more),
    ``reactive`` (-1 to 1 of the greatest reactive power, positive injected), ``droop`` (per unit), ``dead_band`` (Hz),
    ``response`` (s: how long 90 % of the answer to a step may take).
    """

    power: float | None = None
    service: Service | None = None
    points: tuple[tuple[float, float], ...] = ()
    reactive: float | None = None
    droop: float | None = None
    dead_band: float | None = None
    response: float | None = None
