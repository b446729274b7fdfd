"""Lab configs: a station, the devices in its seats, and what the rest of the bench asks about them.

``load_lab(path)`` reads and validates a station's file and the device files that it names; `bench.lab.checks` looks
at what one file alone cannot show. Unknown keys, wrong types and contradictions raise LabConfigError, with file, key
and hint.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.lab.device import Device
from bench.lab.device_base import with_base
from bench.lab.errors import LabError
from bench.lab.station_model import InstrumentTable, LabTable, LinkTable, SeatTable
from bench.lab.strict import LabConfigError, did_you_mean, read_toml, validate

__all__ = ["Lab", "LabConfigError", "LabSeat", "UnknownSeatError", "load_lab"]

_LINKS_ON_REAL_TIME = frozenset({"office_https", "openadr", "sep2", "ocpp", "ble"})


class UnknownSeatError(LabError):
    """A seat, or a link of a seat, that the station does not have."""


SERVES, FOLLOWS = "server", "client"
"""Profiles of ports of a link on which one end follows the other: at which the seat is the server, or the client."""


@dataclass(frozen=True)
class LabSeat:
    """A seat of the station with the device that sits in it."""

    name: str
    table: SeatTable
    device: Device | None

    @property
    def actor(self) -> str:
        """The canonical name of the actor whose place it takes."""
        return self.table.actor

    @property
    def iut(self) -> bool:
        """Whether it is under test."""
        return self.table.iut

    @property
    def emulated(self) -> bool:
        """Whether it lives in an emulation host."""
        return self.table.emulated

    @property
    def links(self) -> Mapping[str, LinkTable]:
        """Its ports by name."""
        return self.table.links

    def speaks(self, link: str) -> bool:
        """Whether one of its ports carries ``link`` of the catalogue."""
        return any(port.carries == link for port in self.links.values())

    def only(self, profile: str, link: str) -> bool:
        """Whether every port that carries ``link`` is of that profile: the seat only serves there, or only follows."""
        carrying = [port for port in self.links.values() if port.carries == link]
        return bool(carrying) and all(port.profile == profile for port in carrying)

    def port(self, link: str, profile: str = "") -> str:
        """The port named ``link``, or else the first that carries it (with ``profile``). Raises UnknownSeatError."""
        if link in self.links and not profile:
            return link
        for name, port in self.links.items():
            if port.carries == link and profile in ("", port.profile):
                return name
        wanted = f"{link} ({profile})" if profile else link
        ports = ", ".join(f"{name} carries {port.carries}" for name, port in self.links.items()) or "it has no ports"
        raise UnknownSeatError(f"seat {self.name} has no link {wanted}; {ports}")


@dataclass(frozen=True)
class Lab:
    """A station as configured."""

    path: Path
    table: LabTable
    seats: Mapping[str, LabSeat]

    @property
    def name(self) -> str:
        """The station's name."""
        return self.table.station.name

    @property
    def clock(self) -> str:
        """``free`` or ``stepped``."""
        return self.table.station.clock

    @property
    def emulated(self) -> bool:
        """Whether everything is emulated, so that workers can have a station instance each."""
        return all(seat.emulated for seat in self.seats.values()) and not any(
            instrument.resource for instrument in self.instruments.values()
        )

    @property
    def asks_operator(self) -> bool:
        """Whether somebody may be asked to do things by hand while a run goes on."""
        return self.table.fault_box.operator and not self.emulated

    @property
    def instruments(self) -> Mapping[str, InstrumentTable]:
        """The station's instruments by name."""
        return self.table.instruments

    def seat(self, name: str) -> LabSeat:
        """The seat of that name. Raises UnknownSeatError."""
        try:
            return self.seats[name]
        except KeyError:
            raise UnknownSeatError(f"no seat {name!r}; {did_you_mean(name, tuple(self.seats))}") from None

    def seat_for_actor(
        self, actor: str, links: Collection[str] = (), interface: str = "", row: str = ""
    ) -> LabSeat | None:
        """Who takes the place of ``actor``: the seat under test if there is one, else the first.

        Of several, those that are there for ``row`` go first, then those for ``interface``, then those that speak one
        of ``links``; those that are there for other interfaces only go last, under test or not.
        """

        def rank(seat: LabSeat) -> tuple[bool, ...]:
            named, fits = row in seat.table.rows, interface in seat.table.interfaces
            elsewhere = bool(seat.table.interfaces) and not fits and not named
            spoken = any(port.carries in links for port in seat.links.values())
            return elsewhere, not seat.iut, not named, not fits, not spoken

        return min((seat for seat in self.seats.values() if seat.actor == actor), key=rank, default=None)

    def seats_with_fault(self, fault: str) -> tuple[str, ...]:
        """The emulated seats under test whose device can be started with the seeded fault."""
        return tuple(
            seat.name
            for seat in self.seats.values()
            if seat.emulated and seat.iut and seat.device is not None and fault in seat.device.seeded_faults
        )

    def declared(self, seat: str) -> frozenset[str]:
        """The PICS items that the device in ``seat`` is declared to support."""
        device = self.seat(seat).device
        return device.pics.supported if device is not None else frozenset()

    def summary(self) -> dict[str, Any]:
        """What the journal records of the station: plain JSON, no secrets, no settings."""
        return {
            "name": self.name,
            "file": self.path.name,
            "clock": self.clock,
            "seats": {name: _seat_summary(seat) for name, seat in self.seats.items()},
            "instruments": {name: _instrument_summary(one) for name, one in self.instruments.items()},
        }


@cache
def lab_of_run(path: Path) -> Lab:
    """As `load_lab`, read once by this process: all parts of a run see the same station, whoever edits its files."""
    return load_lab(path)


def load_lab(path: Path | str) -> Lab:
    """Read a lab config and its device files. Raises LabConfigError."""
    path = Path(path)
    table = validate(LabTable, read_toml(path), path)
    seats = {
        name: LabSeat(name, seat, load_device(path.parent / seat.device) if seat.device else None)
        for name, seat in table.seats.items()
    }
    problems = [*_references(table), *_clock(table), *_under_test(seats)]
    if problems:
        raise LabConfigError(path, problems)
    return Lab(path, table, seats)


def load_device(path: Path) -> Device:
    """Read a device file, with what it takes over from another one. Raises LabConfigError."""
    return validate(Device, with_base(path), path)


def _references(table: LabTable) -> list[str]:
    problems = []
    for name, seat in table.seats.items():
        if seat.host and seat.host not in table.hosts:
            problems.append(f"seats.{name}.host: no host {seat.host!r}; {did_you_mean(seat.host, tuple(table.hosts))}")
    for name, instrument in table.instruments.items():
        if instrument.seat:
            seat_table = table.seats.get(instrument.seat)
            if seat_table is None:
                hint = did_you_mean(instrument.seat, tuple(table.seats))
                problems.append(f"instruments.{name}.seat: no seat {instrument.seat!r}; {hint}")
            elif not seat_table.emulated:
                problems.append(f"instruments.{name}.seat: seat {instrument.seat} is real; give 'resource' instead")
    return problems


def _clock(table: LabTable) -> list[str]:
    """A stepped clock needs one host that knows every byte; time stands still for nobody else."""
    if table.station.clock != "stepped":
        return []
    problems = []
    if len(table.hosts) != 1:
        problems.append(f"station.clock: a stepped clock needs exactly one host, not {len(table.hosts)}")
    for name, seat in table.seats.items():
        slow = sorted({link.carries for link in seat.links.values()} - _LINKS_ON_REAL_TIME)
        if not seat.emulated and slow:
            problems.append(
                f"station.clock: seat {name} is real, and {slow[0]} runs on the station clock: use clock = 'free'"
            )
    for name, instrument in table.instruments.items():
        if instrument.resource:
            problems.append(f"station.clock: instrument {name} is real: use clock = 'free'")
    return problems


def _under_test(seats: Mapping[str, LabSeat]) -> list[str]:
    return [
        f"seats.{name}: a seat under test needs a device file ('device')"
        for name, seat in seats.items()
        if seat.iut and seat.device is None
    ]


def _seat_summary(seat: LabSeat) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "actor": seat.actor,
        "iut": seat.iut,
        "emulated": seat.emulated,
        "links": {name: {"carries": port.carries, "profile": port.profile} for name, port in seat.links.items()},
    }
    if seat.device is not None:
        summary["device"] = seat.device.identity.model_dump()
        summary["pics"] = {
            "supported": sorted(seat.device.pics.supported),
            "not_supported": sorted(seat.device.pics.not_supported),
        }
    return summary


def _instrument_summary(instrument: InstrumentTable) -> dict[str, Any]:
    return instrument.model_dump(
        mode="json", include={"kind", "identity", "calibration", "uncertainty", "wired_to", "seat"}, exclude_none=True
    )
