"""A-L2 on Modbus: the device survives malformed input: requests that are none in good frames, frames that are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.modbus._hostile import FRAMES_ON_A_LINE, FRAMES_ON_TCP, PDUS, Maker
from bench.controls.modbus._log import read_log
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, answers_again, settings_of
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from bench.lab.clock import SteppedClock
from drivers.transport.line_time import line_time_s
from drivers.transport.serial import SerialTransport
from drivers.transport.tls import TlsTransport

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess
    from drivers.modbus.client import ModbusClient

RESTARTS = "restarts of the device during the malformed input"
KEPT = "every setting was unchanged"
_SHORT_S = 0.05


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    before, starts = await settings_of(access), await _starts(access)
    for port in access.ports:
        for kind, maker in classes(access, port).items():
            sent = await flood(trial, access, port, maker)
            captures = [trial.record.capture(b"\n".join(one.hex().encode() for one in sent), ".hex")]
            took_s = await answers_again(trial, access, 2 * trial.bound("t_rec").number)
            what = f"{kind} at {port}"
            if not came_back(trial, took_s, what=what, captures=captures):
                return
    after = await settings_of(access)
    for name, value in before.items():
        trial.record.observe(KEPT, after.get(name) == value, what=name)
    starts_after = await _starts(access)
    if starts is None or starts_after is None:
        record_absent(trial, "restarts in the log", "the device file names no event of power coming up")
    else:
        trial.record.observe(RESTARTS, starts_after - starts)


async def _starts(access: ModbusAccess) -> int | None:
    """How often the device's log says that it came up; None where nothing says so."""
    table = access.declared.log
    code = table.power_up_code if table is not None else None
    entries = await read_log(access) if code is not None else None
    return None if entries is None else sum(entry.code == code for entry in entries)


def classes(access: ModbusAccess, port: str) -> Mapping[str, Maker]:
    """The classes of hostile input that a port can be sent; requests first."""
    frames = FRAMES_ON_A_LINE if access.profile_of(port) == "rtu" else FRAMES_ON_TCP
    return {**PDUS, **frames}


async def flood(
    trial: Trial, access: ModbusAccess, port: str, maker: Maker, *, rate: float | None = None
) -> list[bytes]:
    """``n_mal`` hostile messages at ``r_mal``, or at the lower ``rate`` (1/s); what was sent."""
    line = access.profile_of(port) == "rtu"
    kind = "serial" if line else "ip"
    rate = trial.bound("r_mal", transport=kind).number if rate is None or line else rate
    sent: list[bytes] = []
    client = access.client(port=port, timeout_s=_SHORT_S)
    whole = maker in PDUS.values()
    try:
        for _number in range(trial.bound("n_mal", transport=kind).count):
            message = maker(trial.random)
            sent.append(message)
            started = trial.clock.now()
            await attempt(_send(client, message, whole))
            pause = _line_share_s(client, message, rate) if line else 1.0 / rate
            await trial.station.advance(max(0.0, started + pause - trial.clock.now()))
    finally:
        with _time_held(client):
            await client.close()
    return sent


async def _send(client: ModbusClient, message: bytes, whole: bool) -> None:
    """Send, over a new connection where the device has closed the last one, and take what comes."""
    if not _is_open(client):
        with _time_held(client):
            await client.close()
            await client.open()
    if whole:
        await client.send_pdu(message)
    else:
        await client.send_raw(message)


def _time_held(client: ModbusClient) -> AbstractContextManager[None]:
    """Others may drive time meanwhile; a handshake and its end, which nobody counts, take none of it."""
    uncounted = isinstance(client.link.transport, TlsTransport) and isinstance(client.clock, SteppedClock)
    return client.clock.holding() if uncounted else nullcontext()  # type: ignore[attr-defined]


def _is_open(client: ModbusClient) -> bool:
    transport = client.link.transport
    return bool(getattr(transport, "is_open", False)) and not transport.link.closed


def _line_share_s(client: ModbusClient, message: bytes, share: float) -> float:
    transport = client.link.transport
    if not isinstance(transport, SerialTransport):
        return 0.0
    return line_time_s(len(message) + 3, transport.line) / share


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        *recovery_checks(trial),
        Check("every setting is unchanged", "always", KEPT),
    ]
    log = access_of(trial).declared.log
    if log is not None and log.power_up_code is not None:
        found.append(Check("malformed input restarts nothing", "at_most", RESTARTS, {"limit": 0}))
    return found


PROBES = on_both("A-L2", stimulus, checks)
