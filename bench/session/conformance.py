"""The suites of protocol conformance: where they are, and at which port of a station they speak.

They lie below ``suites/interfaces`` and stand for no business process. In the plan their path takes the place of the
process's number (``interfaces/dlms/hdlc_frames``). Their metadata say which interfaces the link carries and at which
ports they can be run::

    Metadata    Interface    AMI-28 AMI-39
    Metadata    Link         dlms:wrapper dlms:hdlc

A link is one of the catalogue, or a protocol that carries no row; after the colon stands the profile of the port. The
first one that a seat under test has is taken. A station that has none of them does not run the suite.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.catalogue.vocabulary import CONFORMANCE

if TYPE_CHECKING:
    from bench.lab.config import Lab, LabSeat
    from bench.session.request import Request

KIND = "conformance"
INTERFACE_METADATA = "Interface"
LINK_METADATA = "Link"
_METADATA = re.compile(r"^Metadata {2,}(\w+) {2,}(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """The port of a seat at which a suite speaks; ``link`` without the profile."""

    seat: str
    port: str
    link: str
    emulated: bool


def place(lab: Lab, links: str) -> Place | None:
    """Where a suite with these links is run: the first of them that a seat under test has. None: nowhere.

    A link may name its profile (``dlms:hdlc``), and the kind of device that it is about (``inverter/modbus_tls``).
    """
    for wanted in links.split():
        kind, _, carried = wanted.rpartition("/")
        found = port_of(lab, carried, lambda seat, kind=kind: not kind or _is_kind(seat, kind))  # type: ignore[misc]
        if found is not None:
            return found
    return None


def port_of(lab: Lab, carried: str, fits: Callable[[LabSeat], bool]) -> Place | None:
    """The first port with a link and, where it is named, a profile (``sep2:server``) of a seat under test that fits."""
    link, _, profile = carried.partition(":")
    for seat in lab.seats.values():
        if seat.iut and fits(seat):
            for port, table in seat.links.items():
                if table.carries == link and profile in ("", table.profile):
                    return Place(seat.name, port, link, seat.emulated)
    return None


def _is_kind(seat: LabSeat, kind: str) -> bool:
    return seat.device is not None and seat.device.kind == kind


def suites(directory: Path) -> dict[str, Path]:
    """The suites below the folder of all suites, by what stands for their process in the plan."""
    return {name_of(path, directory): path for path in sorted((directory / CONFORMANCE).rglob("*.robot"))}


def name_of(path: Path, directory: Path) -> str:
    """``interfaces/dlms/hdlc_frames`` for the suite in ``path``."""
    return path.relative_to(directory).with_suffix("").as_posix()


def is_wanted(lab: Lab, request: Request, name: str, interfaces: str, links: str) -> bool:
    """Whether a suite with these metadata runs on this station for this request."""
    if not request.wants_process(name) or not any(map(request.wants_interface, interfaces.split())):
        return False
    return place(lab, links) is not None


def wanted_suites(directory: Path, lab: Lab, request: Request) -> dict[str, Path]:
    """Those of `suites` that run on this station for this request."""
    found = {}
    for name, path in suites(directory).items():
        metadata = dict(_METADATA.findall(path.read_text(encoding="utf-8")))
        if is_wanted(lab, request, name, metadata.get(INTERFACE_METADATA, ""), metadata.get(LINK_METADATA, "")):
            found[name] = path
    return found
