"""Signals of demand response as office systems pass them on: what is asked of which homes, when, and what they
answered.

The noun and its shape are extensions of this project; IEC 61968-9 puts such things into EndDeviceControls
(`unverified`).
"""

from __future__ import annotations

from enum import StrEnum

from drivers.cim.der_signals import DerRequest
from drivers.cim.payloads import Part


class SignalKind(StrEnum):
    """What is asked: loads at a share of what they draw, all of them off at once, generation at a share of its rating,
    a vehicle's charger at a share of its rating (negative: it feeds the grid), no more than some power fed in or drawn
    at the point of connection, a service of DER to the grid, a price, a text.
    """

    LOAD = "load"
    SCRAM = "scram"
    GENERATION = "generation"
    CHARGING = "charging"
    EXPORT = "export"
    IMPORT = "import"
    SERVICE = "service"
    PRICE = "price"
    TEXT = "text"


class Path(StrEnum):
    """Which way a load management system sends a signal: by the headend, by its own server, or both ways."""

    HEADEND = "headend"
    DIRECT = "direct"
    BOTH = "both"


class Signal(Part, frozen=True):
    """One signal. ``signal`` is its mRID (32 hexadecimal digits), the same at every hop; the receiver makes one where
    it is empty. ``homes`` are the gateways that it is for, in their place ``program`` names all that take part in it;
    ``devices`` the categories of devices in them, by the names of `drivers.sep2.vocabulary.DeviceCategory` in lower
    case (none: all loads).

    ``share`` is 0 to 1 (of charging -1 to 1); ``der`` says what limits and services are asked for; ``price`` in the
    currency a kWh; ``start`` ISO 8601 (empty: at once), ``duration`` in s, ``random_start`` and ``random_duration`` the
    ranges in s by which each device shifts it. Of loads ``duty`` (0 to 1) asks for cycles in the place of a level, and
    ``ahead`` for as much as can be stored.
    """

    kind: SignalKind
    homes: tuple[str, ...]
    duration: int
    signal: str = ""
    start: str = ""
    share: float | None = None
    der: DerRequest | None = None
    price: float | None = None
    text: str = ""
    random_start: int = 0
    random_duration: int = 0
    path: Path = Path.DIRECT
    program: str = ""
    devices: tuple[str, ...] = ()
    duty: float | None = None
    ahead: bool = False


class SignalAnswer(Part, frozen=True):
    """What a home has answered: statuses of `drivers.sep2.vocabulary.ResponseStatus`, in order, and when the last
    came. ``relieved`` is by how many W the home draws less, by its own account; None where it has not said."""

    home: str
    statuses: tuple[int, ...] = ()
    time_stamp: str = ""
    relieved: float | None = None


class SignalStatus(Part, frozen=True):
    """Where a signal stands: offered, cancelled or over, and what each home has answered.

    ``silent``: homes from which nothing has come for longer than it may take; ``counted``: by how many W load is less,
    as the system counts it.
    """

    signal: str
    state: str
    content: Signal
    answers: tuple[SignalAnswer, ...] = ()
    silent: tuple[str, ...] = ()
    counted: float = 0.0


class GetSignals(Part, frozen=True):
    """Which signals; all that are not over where none is named."""

    signals: tuple[str, ...] = ()


class CancelSignals(Part, frozen=True):
    """Signals that are to end at once."""

    signals: tuple[str, ...]
