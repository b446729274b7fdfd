"""I-H4 on DLMS: the event log cannot be rewritten, emptied in silence, flushed, or lost in a power cut."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.bits import flipped
from bench.controls.dlms._events import declared
from bench.controls.dlms._power import answers_again
from bench.controls.dlms._row import access_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute, GetRequestNormal, Method, encode_apdu, invoke_byte
from drivers.dlms.data import I8, Array
from drivers.dlms.errors import DecodeError
from drivers.metering import LoggedEvent

REWRITTEN = "a client could overwrite the log"
CLEARED = "the log was emptied without a trace"
FLUSHED = "a tamper entry was displaced by cheap events"
LOST = "of the newest entries, lost in a power cut"
IN_ORDER = "entries stand in the order in which they were made"
STILL_LOGS = "the log still takes entries after it was filled"

_PROFILE, _BUFFER, _RESET, _ENTRIES = 7, 2, 1, 8
_FRAUD = "fraud"
_BETWEEN_S = 2.0


async def stimulus(trial: Trial) -> None:
    """Overwrite, fill and flush with cheap events, cut the power during an append, clear with every role."""
    access = access_of(trial)
    tamper = await _tamper(trial, access)
    await _overwrite(trial, access)
    await _flush(trial, access)
    events = await _entries(access)
    kept = any(event.code == tamper.code and event.at == tamper.at for event in events)
    trial.record.observe(FLUSHED, not kept, what=f"entry {tamper.code} at {tamper.at}")
    stamps = [event.at for event in events if event.at is not None]
    trial.record.observe(IN_ORDER, stamps == sorted(stamps))
    newer = await _tamper(trial, access)
    trial.record.observe(STILL_LOGS, newer in await _entries(access))
    await _power_cuts(trial, access)
    await _clear(trial, access)


async def _tamper(trial: Trial, access: DlmsAccess) -> LoggedEvent:
    """Open and close the cover; the entry that this made."""
    for opened in (True, False):
        await trial.station.box.do(trial.seat, "cover", open=opened)
        await trial.station.advance(_BETWEEN_S)
    opened_code = declared(access, "cover_opened")
    entries = [event for event in await _entries(access) if opened_code is None or event.code == opened_code[0]]
    return entries[-1]


async def _entries(access: DlmsAccess) -> Sequence[LoggedEvent]:
    async with access.session(MANAGEMENT, ask=True) as client:
        return await access.meter(client).events(_FRAUD)


async def _overwrite(trial: Trial, access: DlmsAccess) -> None:
    """Write the buffer, as every role that may log on."""
    name = access.names.logs[_FRAUD]
    for role in _roles(access):
        async with access.session(role, ask=True) as client:
            tried = await attempt(client.set(Attribute(_PROFILE, name, _BUFFER), Array([])))
            trial.record.observe(REWRITTEN, tried.accepted, what=role, answer=tried.text)


def _roles(access: DlmsAccess) -> list[str]:
    """Roles with a log-on of their own on the first port."""
    return [
        role
        for role, client in access.clients.items()
        if not client.pre_established and access.ports[0] in access.ports_of(role) and client.mechanism != "lls"
    ]


async def _flush(trial: Trial, access: DlmsAccess) -> None:
    """``log_flush`` times the log's capacity of forged frames, each worth an entry to a careless meter."""
    name = access.names.logs[_FRAUD]
    async with access.session(MANAGEMENT, ask=True) as client:
        capacity = await client.get(Attribute(_PROFILE, name, _ENTRIES))
        request = encode_apdu(GetRequestNormal(invoke_byte(1), Attribute(8, access.names.clock, 2), None))
        if not isinstance(capacity, int):
            raise DecodeError("profile_entries of the log is no number")
        count = int(capacity * trial.bound("log_flush").number)
        for _number in range(count):
            frame = client.protect(request)
            await attempt(client.send_raw(flipped(frame, [8 * len(frame) - 1])))


async def _power_cuts(trial: Trial, access: DlmsAccess) -> None:
    """Make an entry, cut the power as it is written, and look for the newest entries afterwards."""
    newest = trial.bound("n_last_entries").count
    for number in range(2):
        before = (await _entries(access))[-newest:]
        await trial.station.box.do(trial.seat, "cover", open=number % 2 == 0)
        await trial.station.power(trial.seat, False)
        await trial.station.advance(10.0)
        await trial.station.power(trial.seat, True)
        await answers_again(trial, access, 2 * trial.bound("t_boot").number)
        after = await _entries(access)
        lost = [f"{event.code} at {event.at}" for event in before if event not in after]
        trial.record.observe(LOST, lost, what=f"cut {number + 1}")  # type: ignore[arg-type]


async def _clear(trial: Trial, access: DlmsAccess) -> None:
    """Have the log emptied by each role: refused, or itself an entry."""
    cleared = declared(access, "log_cleared")
    name = access.names.logs[_FRAUD]
    for role in _roles(access):
        before = await _entries(access)
        async with access.session(role, ask=True) as client:
            tried = await attempt(client.action(Method(_PROFILE, name, _RESET), I8(0)))
        after = await _entries(access)
        emptied = any(event not in after for event in before)
        traced = cleared is not None and any(event.code == cleared[0] and event not in before for event in after)
        trial.record.observe(CLEARED, emptied and not traced, what=role, answer=tried.text)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("no client overwrites the log", "never", REWRITTEN),
        Check("tamper entries outlive cheap events", "never", FLUSHED),
        Check("a full log goes on", "always", STILL_LOGS),
        Check("entries keep their order", "always", IN_ORDER),
        Check("no recent entry is lost in a power cut", "empty", LOST),
        Check("the log is not emptied without a trace", "never", CLEARED),
    ]


PROBE = Probe("I-H4", "dlms", stimulus, checks)
