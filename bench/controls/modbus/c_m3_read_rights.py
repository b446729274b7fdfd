"""C-M3 on Modbus/TLS: each role reads what the device file grants it, and nothing else.

Every declared client asks for the row's data and for ``n_sampled`` other quantities of the register map.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import NO_ROLE, SECURE
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.modbus._row import access_of, exchange_of, gives_data
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.modbus.points import Point
from drivers.modbus.requests import read_request

GRANTED = "what is granted was given"
DENIED = "what is not granted was given"
_SAMPLED = 20


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    for role in (*access.clients, *([NO_ROLE] if access.has(NO_ROLE) else [])):
        async with access.session(role) as client:
            for point in _objects(trial):
                tried = await attempt(client.send_pdu(read_request(point.space, point.address, point.size)))
                given = tried.accepted and gives_data(tried.value)
                granted = access.rights.may_read(role, point.space, point.address, point.size)
                series = GRANTED if granted else DENIED
                trial.record.observe(series, given, what=f"{role}, {point.name}", answer=tried.text)


def _objects(trial: Trial) -> Sequence[Point]:
    """The row's data, what only some may read, and others by lot."""
    access, row = access_of(trial), list(exchange_of(trial).data)
    others = [point for point in access.points.values() if point not in row]
    log = access.declared.log
    kept = [Point("log", log.address, space=log.space)] if log is not None else []
    return [*row, *kept, *trial.random.sample(others, min(_SAMPLED, len(others)))]


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("what is granted is given", "always", GRANTED)]
    access = access_of(trial)
    if access.has(NO_ROLE) or len(access.clients) > 1:
        found.append(Check("what is not granted is refused", "never", DENIED))
    return found


PROBE = Probe("C-M3", SECURE, stimulus, checks)
