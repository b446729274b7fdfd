"""A-H2 on DLMS: an emergency command does not wait for bulk work of another client."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import MANAGEMENT, READER, DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.command_times import EFFECT_TIME, MOVED
from bench.controls.dlms._commands import TimedCommand, switch_command_of
from bench.controls.dlms._image import FIRMWARE, ImageTransfer
from bench.controls.dlms._interrupted import SMALL_PDU, LongRead
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute

if TYPE_CHECKING:
    from bench.controls.trial import Trial

BULK = "the bulk work was under way when the command came"
WENT_ON = "the bulk work went on, or failed so that it could be repeated"
NOTHING_PARTIAL = "the firmware is as before, and nothing partial is to be activated"

_PROFILE, _BUFFER = 7, 2
_RUN_UP_S = 1.0
_IMAGE_BLOCKS = 8


async def stimulus(trial: Trial) -> None:
    """The command during a long read and a firmware transfer on each other port, and on this one where it can be."""
    exchange = switch_command_of(trial)
    access = exchange.access
    served = access.ports_of(exchange.role)
    bulk_ports = [port for port in served if port != access.ports[0] or not _serial(access, port)]
    if not bulk_ports:
        trial.record.could_not_look(
            BULK, f"{access.seat} has one serial port, on which nobody works beside the command"
        )
    for port in bulk_ports:
        await _held_read(trial, access, port)
        if _serial(access, port):
            await _running_read(trial, access, port)
    await _image(trial, access, bulk_ports)
    await exchange.restore()


def _serial(access: DlmsAccess, port: str) -> bool:
    """Whether one client at a time is on the line."""
    return access.profile_of(port) != "wrapper"


def _bulk_role(access: DlmsAccess, port: str) -> str:
    """Who reads the profile: another client than the command's, where one is served on the port."""
    return READER if READER in access.clients and port in access.ports_of(READER) else MANAGEMENT


def _buffer(access: DlmsAccess) -> Attribute:
    return Attribute(_PROFILE, access.names.load_profile, _BUFFER)


async def _command(trial: Trial, what: str) -> TimedCommand:
    """A command that is ready to be given: the scene set, the witness watching."""
    await switch_command_of(trial).prepare()
    command = TimedCommand(trial, what)
    await command.begin()
    return command


async def _give(trial: Trial, access: DlmsAccess, command: TimedCommand) -> None:
    exchange = switch_command_of(trial)
    async with access.session(exchange.role) as client:
        await command.give(client)


async def _held_read(trial: Trial, access: DlmsAccess, port: str) -> None:
    """The whole load profile in small blocks, held after the first one until the command is over."""
    what = f"load profile in blocks on {port}"
    command = await _command(trial, what)
    role = _bulk_role(access, port)
    async with access.session(role, port=port, max_pdu_size=SMALL_PDU) as client:
        bulk = LongRead(client, _buffer(access))
        trial.record.observe(BULK, await bulk.begin(), what=what, answer=bulk.refusal)
        await _give(trial, access, command)
        await command.moved(trial.bound("t_act").number)
        ended = await attempt(bulk.finish())
    whole = ended.value is True and bulk.rows() is not None
    clean = whole or await _can_be_repeated(access, port)
    answer = bulk.refusal or ended.text
    trial.record.observe(WENT_ON, clean, what=what, whole=whole, rows=bulk.rows(), answer=answer)


async def _running_read(trial: Trial, access: DlmsAccess, port: str) -> None:
    """The whole load profile as fast as the line goes, the command while it runs."""
    what = f"load profile at line speed on {port}"
    command = await _command(trial, what)
    async with access.session(_bulk_role(access, port), port=port) as client:
        bulk = asyncio.create_task(attempt(client.get(_buffer(access))))
        try:
            await trial.station.advance(_RUN_UP_S)
            running = not bulk.done()
            await _give(trial, access, command)
            ended = await bulk
        finally:
            bulk.cancel()
            await asyncio.gather(bulk, return_exceptions=True)
        await command.moved(trial.bound("t_act").number)
    if not running:
        record_absent(trial, what, f"it is over within {_RUN_UP_S:g} s")
        return
    clean = ended.accepted or await _can_be_repeated(access, port)
    trial.record.observe(WENT_ON, clean, what=what, answer=ended.text)


async def _can_be_repeated(access: DlmsAccess, port: str) -> bool:
    return (await attempt(_read_again(access, port))).accepted


async def _read_again(access: DlmsAccess, port: str) -> None:
    async with access.session(_bulk_role(access, port), port=port, ask=True) as client:
        await client.get(_buffer(access))


async def _image(trial: Trial, access: DlmsAccess, ports: Sequence[str]) -> None:
    """A firmware transfer, the command in its middle. The content is noise, and nobody verifies it."""
    port = next((port for port in ports if FIRMWARE in access.clients and port in access.ports_of(FIRMWARE)), None)
    if port is None:
        record_absent(trial, "firmware transfer", f"no client {FIRMWARE} is served on a port beside the command's")
        return
    what = f"firmware transfer on {port}"
    before = await _firmware(access)
    command = await _command(trial, what)
    async with access.session(FIRMWARE, port=port) as client:
        transfer = ImageTransfer(access, client)
        noise = trial.random.randbytes(_IMAGE_BLOCKS * await transfer.block_size())
        await transfer.begin(b"bench", noise)
        half = transfer.count // 2
        await transfer.put(0, half)
        trial.record.observe(BULK, not await transfer.is_whole(), what=what)
        await _give(trial, access, command)
        await command.moved(trial.bound("t_act").number)
        ended = await attempt(_other_half(transfer, half))
        clean = ended.accepted or (await attempt(transfer.begin(b"bench", noise))).accepted
        trial.record.observe(WENT_ON, clean, what=what, answer=ended.text)
        partial = await transfer.would_activate()
        await transfer.end()
    same = await _firmware(access) == before
    trial.record.observe(NOTHING_PARTIAL, same and not partial, what=what, firmware=before)


async def _other_half(transfer: ImageTransfer, half: int) -> None:
    await transfer.put(half, transfer.count)


async def _firmware(access: DlmsAccess) -> str | None:
    async with access.session(MANAGEMENT, ask=True) as client:
        return (await access.meter(client).identity()).firmware


def checks(trial: Trial) -> Sequence[Check]:
    access = switch_command_of(trial).access
    found = [
        Check("the bulk work is under way", "always", BULK),
        Check("the command takes effect all the same", "always", MOVED),
        Check("it takes effect within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
        Check("the bulk work goes on or fails cleanly", "always", WENT_ON),
    ]
    if FIRMWARE in access.clients:
        found.append(Check("no partial firmware is left", "always", NOTHING_PARTIAL))
    return found


PROBE = Probe("A-H2", "dlms", stimulus, checks)
