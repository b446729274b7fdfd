"""What can be said of a station with its devices on: every link opened, every instrument and device asked who it is.

How a device on a link is asked is registered by link in the entry-point group ``amibench.identifiers``: an async
function ``(station, seat, port) -> str`` that spends no login try. A link without one is only opened.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points

from bench.lab.errors import LabError
from bench.lab.station import Station
from drivers.scpi.errors import InstrumentError
from drivers.transport.base import TransportError

IDENTIFIER_GROUP = "amibench.identifiers"

Identify = Callable[[Station, str, str], Awaitable[str]]


@dataclass(frozen=True)
class Answer:
    """What came of one link or instrument. ``problem`` is empty when all is well; ``identity`` is who answered."""

    where: str
    identity: str = ""
    problem: str = ""


def installed_identifiers() -> dict[str, Identify]:
    """The registered functions by link of the catalogue."""
    return {point.name: point.load() for point in entry_points(group=IDENTIFIER_GROUP)}


async def check_online(station: Station, identifiers: Mapping[str, Identify] | None = None) -> list[Answer]:
    """Ask everything of an open ``station``, one after the other."""
    known = installed_identifiers() if identifiers is None else identifiers
    answers = [await _instrument(station, name) for name in station.lab.instruments]
    for name, seat in station.lab.seats.items():
        for port, link in seat.links.items():
            answers.append(await _link(station, name, port, known.get(link.carries)))
    redact = station.secrets.redact
    return [Answer(answer.where, redact(answer.identity), redact(answer.problem)) for answer in answers]


async def _instrument(station: Station, name: str) -> Answer:
    try:
        instrument = await station.instrument(name)
    except InstrumentError as error:
        return Answer(f"instruments.{name}", problem=str(error))
    return Answer(f"instruments.{name}", identity=str(instrument.identity))


async def _link(station: Station, seat: str, port: str, identify: Identify | None) -> Answer:
    where = f"seats.{seat}.links.{port}"
    try:
        if identify is not None:
            return Answer(where, identity=await identify(station, seat, port))
        if station.endpoint(seat, port).url.startswith(("https://", "http://")):
            return Answer(where)
        transport = await station.open_transport(seat, port)
        await transport.close()
    except (TransportError, LabError, ValueError) as error:
        return Answer(where, problem=str(error))
    return Answer(where)
