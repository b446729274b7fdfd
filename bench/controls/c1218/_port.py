"""What probes at a C12.18 port share: the row's exchange, reading many tables, power, the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bench.access.c1218 import LINK, MANAGEMENT, C1218Access
from bench.access.dlms_events import declared_events
from bench.controls.attempts import Attempt, attempt
from bench.exchanges.c1218_exchange import C1218Exchange
from drivers.c1218.client import C1218Client
from drivers.c1218.errors import RefusedError
from drivers.metering import LoggedEvent

if TYPE_CHECKING:
    from bench.controls.trial import Trial

MASTER, READER = "master", "reader"
STANDARD_TABLES = range(165)
"""Tables of C12.19 (TERMINETER ``c1219/constants.py``)."""
_TRY_EVERY_S, _TRY_TIMEOUT_S = 1.0, 1.0


def exchange_of(trial: Trial) -> C1218Exchange:
    """The row's exchange. Raises TypeError for one of another link, which the registry cannot have found."""
    if not isinstance(trial.exchange, C1218Exchange):
        raise TypeError(f"{trial.row.id} on {trial.link} has no C12.18 exchange")
    return trial.exchange


def access_of(trial: Trial) -> C1218Access:
    """How the bench reaches the meter under test."""
    return exchange_of(trial).access


def second_unit(access: C1218Access) -> C1218Access | None:
    """Another seat of the station with a C12.18 port; None where there is none."""
    seats = access.station.lab.seats.values()
    name = next((seat.name for seat in seats if seat.name != access.seat and seat.speaks(LINK) and seat.device), None)
    return None if name is None else C1218Access(access.station, name)


def refusal(tried: Attempt) -> str:
    """The code of a refusal as its short name, else what came instead."""
    if isinstance(tried.error, RefusedError):
        return tried.error.code.name.lower()
    return "a value" if tried.accepted else tried.text


async def read_each(client: C1218Client, tables: Iterable[int]) -> Mapping[int, Attempt]:
    """Read whole tables, one after the other; what came of each."""
    return {number: await attempt(client.read(number)) for number in tables}


async def config_state(access: C1218Access) -> Mapping[int, bytes]:
    """Tables that a write could change, as their readers see them now."""
    rights = access.rights
    state: dict[int, bytes] = {}
    for role in (MANAGEMENT, MASTER):
        if role not in access.clients:
            continue
        wanted = [number for number in rights.tables if _is_setting(access, role, number) and number not in state]
        async with access.session(role) as client:
            for number, tried in (await read_each(client, wanted)).items():
                if tried.accepted:
                    state[number] = tried.value
    return state


def _is_setting(access: C1218Access, role: str, number: int) -> bool:
    """A table that ``role`` reads and that somebody may write."""
    return access.rights.may_read(role, number) and any(
        access.rights.may_write(writer, number) for writer in access.clients
    )


async def logged(access: C1218Access, meaning: str, since: float) -> Sequence[LoggedEvent] | None:
    """Entries of that meaning since a time; None where the supplier declares no such event."""
    declared = declared_events(access.station.lab.seat(access.seat).device).find(meaning)
    if declared is None:
        return None
    async with access.session(MANAGEMENT) as client:
        entries = await access.meter(client).events(declared.log or "standard")
    return [entry for entry in entries if entry.code == declared.code and entry.at is not None and entry.at >= since]


async def answers_again(trial: Trial, access: C1218Access, patience_s: float) -> float | None:
    """Seconds of station time until the meter serves its management client, None after ``patience_s``."""
    started = trial.clock.now()
    while trial.clock.now() - started < patience_s:
        if (await attempt(_one_answer(access))).accepted:
            return trial.clock.now() - started
        await trial.station.advance(_TRY_EVERY_S)
    return None


async def _one_answer(access: C1218Access) -> None:
    async with access.session(MANAGEMENT, response_timeout_s=_TRY_TIMEOUT_S) as client:
        await access.meter(client).clock()


async def power_cycle(trial: Trial, access: C1218Access, off_s: float) -> bool:
    """Cut the power for ``off_s``; False when the meter is not there in 2 x t_boot."""
    await trial.station.power(access.seat, False)
    await trial.station.advance(off_s)
    await trial.station.power(access.seat, True)
    return await answers_again(trial, access, 2 * trial.bound("t_boot").number) is not None
