"""The lab config of a station as typed tables: clock, hosts, seats and their links, instruments, wiring, safe state.

The device files that seats name are apart (`bench.lab.device`). `bench.lab.config` reads both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from bench.lab.strict import Strict

DEFAULT_START = datetime(2026, 1, 5, tzinfo=UTC)


class StationTable(Strict):
    """``[station]``. ``clock``: ``stepped`` only where every seat that is reached over a byte link is emulated.

    ``start`` is the station time of a stepped clock in the fresh state; ``seed`` decides keys and noise of emulated
    seats.
    """

    name: str
    clock: Literal["free", "stepped"] = "free"
    start: datetime = DEFAULT_START
    seed: int = 0

    @field_validator("start")
    @classmethod
    def _with_offset(cls, start: datetime) -> datetime:
        if start.tzinfo is None:
            raise ValueError("needs an offset from UTC, as in 2026-01-05T00:00:00Z")
        return start


class HostTable(Strict):
    """``[hosts.NAME]``: an emulation host. ``entry_point``, of group ``amibench.hosts``, says what runs it."""

    entry_point: str = "emulation"
    guard_s: float = Field(default=20.0, gt=0)
    plant: Mapping[str, Any] = {}


_CLIENT = "client"


class LinkTable(Strict):
    """``[seats.SEAT.links.PORT]``: one port of a seat.

    ``carries`` is a link of the catalogue (``dlms``, ``office_https``, ...), ``profile`` how it is carried there
    (``hdlc``, ``wrapper``, ``mode_e``, ...). A real device has ``url``, unless it `calls` the bench; an emulated one
    has ``endpoint``, the name under which its host publishes the URL (the port's own name by default). ``settings``
    go to the transport.
    """

    carries: str
    profile: str = ""
    url: str = ""
    endpoint: str = ""
    settings: Mapping[str, Any] = {}

    @property
    def calls(self) -> bool:
        """Whether the device is the client there and the bench its server: then there is nothing to be opened."""
        return self.profile == _CLIENT or (self.carries, self.profile) == ("ocpp", "")


class SeatTable(Strict):
    """``[seats.NAME]``: who takes the place of an actor.

    A seat with no ``actor`` is an instrument's. ``device`` is the path of a device file, from the lab config's
    folder. ``iut``: it is under test. Emulated in ``host`` by a seat of ``kind`` with ``settings``; a real one has
    neither. ``service_point``: the plant's point it hangs on. ``interfaces``: those of the catalogue on which it takes
    the actor's place, where it does not on all. ``rows``: those on which it is judged though another seat could be.
    """

    actor: str = ""
    interfaces: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    device: str = ""
    iut: bool = False
    host: str = ""
    kind: str = ""
    settings: Mapping[str, Any] = {}
    service_point: str = ""
    links: Mapping[str, LinkTable] = {}

    @model_validator(mode="after")
    def _emulated_or_real(self) -> SeatTable:
        if bool(self.host) != bool(self.kind):
            raise ValueError("an emulated seat has both 'host' and 'kind', a real one has neither")
        if not self.host and (self.settings or self.service_point):
            raise ValueError("'settings' and 'service_point' are for emulated seats")
        for name, link in self.links.items():
            if self.host and link.url:
                raise ValueError(f"links.{name}: the seat is emulated, so its host knows the URL")
            if not self.host and link.calls and (link.url or link.endpoint):
                raise ValueError(f"links.{name}: the device calls the bench there, so the link has no 'url'")
            if not self.host and not link.calls and (not link.url or link.endpoint):
                raise ValueError(f"links.{name}: the seat is real, so the link needs 'url' and has no 'endpoint'")
        return self

    @property
    def emulated(self) -> bool:
        """Lives in an emulation host."""
        return bool(self.host)


class InstrumentIdentity(Strict):
    """What ``*IDN?`` must answer."""

    manufacturer: str = ""
    model: str
    serial: str
    firmware: str = ""


class CalibrationTable(Strict):
    """A calibration certificate."""

    certificate: str
    laboratory: str
    performed: date
    due: date

    @model_validator(mode="after")
    def _in_order(self) -> CalibrationTable:
        if self.due <= self.performed:
            raise ValueError("'due' lies before 'performed'")
        return self


class UncertaintyTable(Strict):
    """Uncertainty of one quantity, as specified; see `drivers.scpi.uncertainty.UncertaintyModel`."""

    of_reading: float = Field(default=0.0, ge=0)
    of_range: float = Field(default=0.0, ge=0)
    absolute: float = Field(default=0.0, ge=0)
    resolution: float = Field(default=0.0, ge=0)
    ranges: tuple[float, ...] = ()
    stated_as: Literal["expanded", "limits"] = "expanded"
    coverage_factor: float = Field(default=2.0, gt=0)


class InstrumentTable(Strict):
    """``[instruments.NAME]``. A real one has ``resource``; an emulated one its ``seat`` and that seat's ``endpoint``.

    ``dialect`` names the driver where a kind has several. ``wired_to`` are the service points or seats that it feeds,
    loads or measures. ``channels``: of an oscilloscope, by what they are wired to (``pilot``) the number.
    """

    kind: str
    dialect: str = ""
    resource: str = ""
    seat: str = ""
    endpoint: str = "visa"
    wired_to: tuple[str, ...] = ()
    channels: Mapping[str, int] = {}
    identity: InstrumentIdentity
    calibration: CalibrationTable | None = None
    uncertainty: Mapping[str, UncertaintyTable] = {}
    limits: Mapping[str, float] = {}
    commands: Mapping[str, str] = {}
    backend: str = "@py"
    answer_timeout_s: float = Field(default=2.0, gt=0)
    open_timeout_s: float = Field(default=3.0, gt=0)
    baud_rate: int = 9600
    termination: str = "\n"
    settling_s: float = Field(default=0.0, ge=0)
    acquisition_s: float = Field(default=0.0, ge=0)
    time_uncertainty_s: float = Field(default=0.0, ge=0)
    clock_offset_s: float = 0.0

    @model_validator(mode="after")
    def _somewhere(self) -> InstrumentTable:
        if bool(self.resource) == bool(self.seat):
            raise ValueError("needs either 'resource' (a real instrument) or 'seat' (an emulated one)")
        return self

    def declaration(self, resource: str) -> dict[str, Any]:
        """The table as `drivers.scpi.declaration.make_instrument` takes it, at ``resource``."""
        table = self.model_dump(exclude={"seat", "endpoint", "wired_to", "channels"}, exclude_none=True)
        return {**table, "resource": resource}


class AsFoundTable(Strict):
    """A relay that goes back to how it was found: ``query`` it at the start, in the end send ``restore[answer]``."""

    query: str
    restore: Mapping[str, str]


class SafeStateTable(Strict):
    """``[[safe_state]]``: what the keeper sends to a VISA resource when the bench ends or is lost."""

    resource: str
    commands: tuple[str, ...] = ()
    as_found: tuple[AsFoundTable, ...] = ()
    backend: str = "@py"
    timeout_s: float = Field(default=3.0, gt=0)


class RelayTable(Strict):
    """``[fault_box.relays.ACT]``: the commands of a relay for an act of the fault box, by the act's value.

    ``values`` is keyed by the value as text: ``on``, ``off`` for acts that switch, the kind for ``shunt``.
    """

    resource: str
    values: Mapping[str, tuple[str, ...]]
    seats: tuple[str, ...] = ()
    backend: str = "@py"
    timeout_s: float = Field(default=3.0, gt=0)


class FaultBoxTable(Strict):
    """``[fault_box]``: for real seats. What no relay does, the operator is asked to do, if there is one."""

    operator: bool = False
    relays: Mapping[str, tuple[RelayTable, ...]] = {}


class LedgerTable(Strict):
    """``[ledger]``: where the ledgers of real devices are kept (default: the user's XDG state folder)."""

    directory: str = ""


class LabTable(Strict):
    """A whole lab config."""

    station: StationTable
    hosts: Mapping[str, HostTable] = {}
    seats: Mapping[str, SeatTable] = {}
    instruments: Mapping[str, InstrumentTable] = {}
    safe_state: tuple[SafeStateTable, ...] = ()
    fault_box: FaultBoxTable = FaultBoxTable()
    ledger: LedgerTable = LedgerTable()
    allowance_s: float = Field(default=3600.0, gt=0)
