"""C-L3 No default or shared credential: the password that a station shows is its own, and no other is tried.

Refused with its password, the station shows no factory's. Its password is in no list of published ones, is not its
serial number or identity, and not that of a second unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.access.ocpp import OcppAccess
from bench.controls.base import Probe
from bench.controls.ocpp._acts import exchange_of, impostor, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.ocpp.csms import UNAUTHORIZED, Admission
from drivers.ocpp.websocket import Asked

OTHER = "the station shows another password than the configured one"
DEFAULT = "the station's password is one that is published or printed on it"
SHARED = "two units have the same password"
ASKED = "the station tried to connect while it was refused"
_PUBLISHED = (
    "00000000", "12345678", "admin", "password", "1234", "0000", "charger", "ocpp", "test", "secret", "default",
    "AuthorizationKey", "abcdefgh", "87654321", "root", "changeme", "welcome", "evse", "chargepoint", "wallbox",
)  # fmt: skip


@dataclass(frozen=True)
class _Refusing(Admission):
    """Lets nobody in, and keeps the passwords that were shown."""

    shown: list[bytes] = field(default_factory=list, repr=False)

    def status(self, identity: str, asked: Asked, common_name: str) -> int:
        if asked.basic is not None:
            self.shown.append(asked.basic[1])
        return UNAUTHORIZED


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    if not exchange.access.has_secret("password"):
        record_absent(trial, "passwords", "the station has none (security profile 3)")
        return
    password = exchange.access.secret("password")
    printed = [exchange.access.declared.identity, _serial(trial)]
    for known in (*_PUBLISHED, *printed):
        what = "one printed on it" if known in printed else "a published one"
        trial.record.observe(DEFAULT, password == known.encode(), what=what)
    await _refused(trial, password)
    _compare(trial, password)
    await works(trial, "after")


def _serial(trial: Trial) -> str:
    device = trial.station.lab.seat(trial.seat).device
    return device.identity.serial if device is not None else ""


async def _refused(trial: Trial, password: bytes) -> None:
    """Whatever the station shows is refused; it shows nothing but its own."""
    exchange = exchange_of(trial)
    refusing = _Refusing()
    async with impostor(trial, admission=refusing):
        await trial.station.advance(3.0 * exchange.access.declared.retry_s)
    trial.record.observe(ASKED, len(refusing.shown) > 0, what=f"{len(refusing.shown)} times")
    for shown in refusing.shown:
        trial.record.observe(OTHER, shown != password, what=f"{len(shown)} characters")


def _compare(trial: Trial, password: bytes) -> None:
    lab = trial.station.lab
    others = [
        seat.name
        for seat in lab.seats.values()
        if seat.name != trial.seat and seat.speaks("ocpp") and seat.table.actor == lab.seat(trial.seat).table.actor
    ]
    if not others:
        trial.record.could_not_look(SHARED, "the station has no second unit")
    for name in others:
        other = OcppAccess(trial.station, name)
        trial.record.observe(SHARED, other.has_secret("password") and other.secret("password") == password, what=name)


def checks(trial: Trial) -> Sequence[Check]:
    if not exchange_of(trial).access.has_secret("password"):
        return []
    return [
        Check("the station comes again when it is refused", "always", ASKED),
        Check("it shows no password but its own", "never", OTHER),
        Check("its password is no published one", "never", DEFAULT),
        Check("no other unit has it", "never", SHARED),
    ]


PROBE = Probe("C-L3", "ocpp", stimulus, checks)
