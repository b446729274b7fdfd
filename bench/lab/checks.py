"""What can be said of a lab config before a run, without a device: `check_lab`.

`load_lab` has refused what cannot be understood; here is what is understood and will not work, or not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from bench.catalogue.vocabulary import LINKS_WITHOUT_ROWS
from bench.lab.config import Lab
from bench.lab.packages import missing
from bench.lab.secrets import SecretError, SecretStore
from bench.lab.station_model import InstrumentTable, LinkTable
from bench.lab.station_plan import UnknownHostError, host_module, lease_name
from bench.lab.strict import did_you_mean
from drivers.clock import FreeClock
from drivers.gatt.address import parse_ble_url
from drivers.scpi.declaration import DeclarationError, make_instrument
from drivers.transport.urls import BadUrlError, make_transport

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue

SEAT_GROUP = "amibench.seats"
SOON = timedelta(days=30)
_PROFILES = {
    "dlms": ("hdlc", "wrapper", "mode_e"),
    "iec62056_21": ("mode_a", "mode_b", "mode_c", "mode_d"),
    "modbus": ("rtu", "tcp"),
    "modbus_tls": ("plaintext",),
    "ocpp": ("server",),
    "office_https": ("plaintext",),
    "openadr": ("client", "server"),
    "sep2": ("client", "server"),
}
"""How a link can be carried, beside its usual way."""
_WITNESSES = frozenset({"power_analyser", "multimeter"})


class Severity(Enum):
    """``ERROR``: a run cannot start or would be wrong. ``WARNING``: some verdicts will not be what one hopes for."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """Something to mend in a lab config: ``where`` is the key."""

    severity: Severity
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.severity.value}: {self.where}: {self.text}"


def check_lab(lab: Lab, *, catalogue: Catalogue | None = None, today: date | None = None) -> list[Problem]:
    """All problems of ``lab`` that show offline, errors first. With a ``catalogue``, names are held against it too."""
    problems = [
        *_hosts_and_kinds(lab),
        *_packages(lab),
        *_ports(lab),
        *_urls(lab),
        *_instruments(lab, today or datetime.now(UTC).date()),
        *_wiring(lab),
        *_fault_box(lab),
        *_secrets(lab),
        *(_names(lab, catalogue) if catalogue is not None else ()),
    ]
    return by_severity(problems)


def by_severity(problems: Iterable[Problem]) -> list[Problem]:
    """Errors first."""
    return sorted(problems, key=lambda problem: problem.severity is Severity.WARNING)


def _hosts_and_kinds(lab: Lab) -> Iterator[Problem]:
    for name, host in lab.table.hosts.items():
        try:
            host_module(host.entry_point)
        except UnknownHostError as error:
            yield Problem(Severity.ERROR, f"hosts.{name}.entry_point", str(error))
    kinds = sorted({point.name for point in entry_points(group=SEAT_GROUP)})
    for name, seat in lab.seats.items():
        if seat.emulated and seat.table.kind not in kinds:
            text = f"no seat of kind {seat.table.kind!r} is installed; {did_you_mean(seat.table.kind, kinds)}"
            yield Problem(Severity.ERROR, f"seats.{name}.kind", text)


def _packages(lab: Lab) -> Iterator[Problem]:
    for text, keys in missing(lab).items():
        more = f" and {len(keys) - 1} other links" if len(keys) > 1 else ""
        yield Problem(Severity.ERROR, f"{keys[0]}{more}", text)


def _ports(lab: Lab) -> Iterator[Problem]:
    users: dict[str, list[str]] = defaultdict(list)
    for name, seat in lab.seats.items():
        for port, link in seat.links.items():
            if link.url and link.carries != "office_https":
                users[lease_name(link.url)].append(f"seats.{name}.links.{port}")
    for name, instrument in lab.instruments.items():
        if instrument.resource:
            users[_port_of(instrument.resource)].append(f"instruments.{name}")
    for port, keys in users.items():
        if len(keys) > 1:
            yield Problem(Severity.ERROR, keys[1], f"{port} is also the port of {keys[0]}")


def _port_of(resource: str) -> str:
    """``ASRL/dev/ttyUSB0::INSTR`` is the same port as ``serial:/dev/ttyUSB0``."""
    if resource.upper().startswith("ASRL/"):
        return lease_name("serial:" + resource[4:].partition("::")[0])
    return resource


def _scheme(link: LinkTable) -> str:
    """How a URL begins on links within HTTP; empty on all others."""
    if link.carries == "ocpp":
        return "wss://"
    if link.carries in ("office_https", "openadr", "sep2"):
        return "http://" if link.profile == "plaintext" else "https://"
    return ""


def _urls(lab: Lab) -> Iterator[Problem]:
    clock = FreeClock()
    for name, seat in lab.seats.items():
        for port, link in seat.links.items():
            if not link.url or link.url.startswith("tls:"):
                continue
            where = f"seats.{name}.links.{port}"
            if scheme := _scheme(link):
                if not link.url.startswith(scheme):
                    yield Problem(Severity.ERROR, where, f"{link.carries} is reached by an {scheme} URL")
                continue
            try:
                if link.carries == "ble":
                    parse_ble_url(link.url)
                else:
                    make_transport(link.url, clock, **link.settings)
            except (BadUrlError, ValueError) as error:
                yield Problem(Severity.ERROR, where, str(error))


def _instruments(lab: Lab, today: date) -> Iterator[Problem]:
    clock = FreeClock()
    for name, table in lab.instruments.items():
        where = f"instruments.{name}"
        try:
            make_instrument(name, table.declaration(table.resource or "TCPIP::127.0.0.1::1::SOCKET"), clock)
        except DeclarationError as error:
            yield Problem(Severity.ERROR, where, str(error))
        if table.kind in _WITNESSES:
            yield from _calibration(where, table, today)
            if not table.uncertainty:
                yield Problem(Severity.WARNING, where, "states no uncertainty, so no reading of it can be judged")


def _calibration(where: str, table: InstrumentTable, today: date) -> Iterator[Problem]:
    if not table.resource:
        return
    if table.calibration is None:
        text = "has no calibration: verdicts that rest on its readings will be inconclusive"
        yield Problem(Severity.WARNING, where, text)
    elif table.calibration.due < today:
        text = f"its calibration was due on {table.calibration.due}: verdicts on its readings will be inconclusive"
        yield Problem(Severity.WARNING, f"{where}.calibration.due", text)
    elif table.calibration.due < today + SOON:
        text = f"its calibration is due on {table.calibration.due}"
        yield Problem(Severity.WARNING, f"{where}.calibration.due", text)


def _wiring(lab: Lab) -> Iterator[Problem]:
    points = {seat.table.service_point or name for name, seat in lab.seats.items()}
    for host in lab.table.hosts.values():
        points |= set(host.plant.get("service_points", {}))
    witnessed = set()
    for name, table in lab.instruments.items():
        if not table.wired_to:
            yield Problem(Severity.WARNING, f"instruments.{name}.wired_to", "does not say what it is wired to")
        for point in table.wired_to:
            if point not in points:
                text = f"no seat or service point {point!r}; {did_you_mean(point, sorted(points))}"
                yield Problem(Severity.ERROR, f"instruments.{name}.wired_to", text)
        if table.kind in _WITNESSES:
            witnessed |= set(table.wired_to)
    for name, seat in lab.seats.items():
        is_meter = seat.device is not None and seat.device.kind == "meter"
        if seat.iut and is_meter and (seat.table.service_point or name) not in witnessed:
            text = "no witness measures at this seat: what the switch does cannot be seen"
            yield Problem(Severity.WARNING, f"seats.{name}", text)


def _fault_box(lab: Lab) -> Iterator[Problem]:
    box = lab.table.fault_box
    real = [name for name, seat in lab.seats.items() if seat.iut and not seat.emulated]
    if real and not box.operator and not box.relays:
        text = f"{', '.join(real)}: neither relays nor an operator: tests that need the fault box will be inconclusive"
        yield Problem(Severity.WARNING, "fault_box", text)


def _secrets(lab: Lab) -> Iterator[Problem]:
    store = SecretStore()
    for name, seat in lab.seats.items():
        for secret, reference in (seat.device.secrets if seat.device is not None else {}).items():
            where = f"seats.{name}: secret {secret}"
            if reference.scheme == "emulated":
                if not seat.emulated:
                    yield Problem(Severity.ERROR, where, "is an emulated device's, but the seat holds a real one")
                continue
            try:
                store.resolve(reference.for_seat(name))
            except SecretError as error:
                yield Problem(Severity.ERROR, where, str(error))


def _names(lab: Lab, catalogue: Catalogue) -> Iterator[Problem]:
    actors = sorted(actor.name for actor in catalogue.actors)
    links = sorted({link.id for link in catalogue.links} | LINKS_WITHOUT_ROWS)
    items = {item.id for item in catalogue.pics_items}
    kinds = sorted(kind.id for kind in catalogue.device_classes)
    for name, seat in lab.seats.items():
        if seat.actor and seat.actor not in actors:
            yield Problem(Severity.ERROR, f"seats.{name}.actor", f"no such actor; {did_you_mean(seat.actor, actors)}")
        for port, link in seat.links.items():
            if link.carries not in links:
                text = f"no such link; {did_you_mean(link.carries, links)}"
                yield Problem(Severity.ERROR, f"seats.{name}.links.{port}.carries", text)
            elif link.profile and link.profile not in (profiles := _PROFILES.get(link.carries, ())):
                text = f"{link.carries} has no such profile; {did_you_mean(link.profile, profiles)}"
                yield Problem(Severity.ERROR, f"seats.{name}.links.{port}.profile", text)
        if seat.iut and not seat.actor:
            text = "is under test, but takes no actor's place: there is no row on which it could be judged"
            yield Problem(Severity.WARNING, f"seats.{name}.actor", text)
        if seat.device is None:
            continue
        if seat.device.kind not in kinds:
            text = f"no such device class; {did_you_mean(seat.device.kind, kinds)}"
            yield Problem(Severity.ERROR, f"seats.{name}.device: kind", text)
        for item in sorted(seat.device.pics.supported | seat.device.pics.not_supported):
            if item not in items and not item.startswith("gateway:"):
                text = f"no control depends on it; {did_you_mean(item, sorted(items))}"
                yield Problem(Severity.WARNING, f"seats.{name}.device: pics {item}", text)
