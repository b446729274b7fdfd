"""A-H1 on DLMS: an emergency command is answered and takes effect in time in the middle of a flood."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING

from bench.access.dlms import PUBLIC, DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.command_times import emergency_checks
from bench.controls.dlms._commands import TimedCommand, switch_command_of
from bench.controls.dlms._flood import CLASSES, Attacker, attacker
from bench.controls.dlms._legitimate import SERVED
from bench.controls.dlms._power import answers_again
from bench.controls.recovery import came_back
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.dlms.client import DlmsClient


_ASK_EVERY_S = 0.5
_PATIENCE_S = 30.0
"""How long a command's answer is waited for; it counts as late long before."""
_VALUE = 2


async def stimulus(trial: Trial) -> None:
    """``n_emergency`` commands, each at a random instant of a flood on another port.

    The instants are spread over the flood: one from each equal part of it, in turn.
    """
    exchange = switch_command_of(trial)
    access = exchange.access
    open_ports = access.ports_of(PUBLIC)
    ports = cycle([port for port in open_ports if port != access.ports[0]] or open_ports)
    count = trial.bound("n_emergency").count
    for number in range(count):
        await exchange.prepare()
        instant = (number + trial.random.random()) / count
        if not await _UnderFlood(trial, access, next(ports), instant, f"command {number + 1}").run():
            return
    await exchange.restore()


class _UnderFlood:
    """One command at ``instant`` (0 to 1) of a flood on ``port``, legitimate reads around it."""

    def __init__(self, trial: Trial, access: DlmsAccess, port: str, instant: float, what: str) -> None:
        self._trial, self._access, self._port, self._instant = trial, access, port, instant
        self._what = f"{what}, {100 * instant:.0f} % into the flood on {port}"
        self._patience_s = 2 * trial.bound("t_resp").number
        self._now = asyncio.Event()
        self._over = asyncio.Event()
        self._ended_at = trial.clock.now()
        name = access.names.register("energy_import")
        self._register = Attribute(name.class_id, name.instance, _VALUE)

    async def run(self) -> bool:
        """The flood goes on until the command has been answered, or is over before that. Whether the meter is there
        afterwards."""
        command = TimedCommand(self._trial, self._what)
        await command.begin()
        role = switch_command_of(self._trial).role
        async with self._access.session(role, response_timeout_s=_PATIENCE_S) as client:
            flood = asyncio.create_task(self._flood())
            try:
                await self._work_until_instant(client)
                await command.give(client)
                await self._ask(client)
                self._over.set()
                await flood
                answered = await attempt(client.get(self._register))
                answered_at = self._trial.clock.now() if answered.accepted else None
            finally:
                flood.cancel()
                await asyncio.gather(flood, return_exceptions=True)
        recovered = await self._recovers(answered_at)
        await command.moved(_PATIENCE_S)
        return recovered

    async def _recovers(self, answered_at: float | None) -> bool:
        """The first correct answer after the flood: in the session of the command, else in a new one."""
        trial = self._trial
        if answered_at is None:
            patience_s = 2 * trial.bound("t_rec").number
            there = await answers_again(trial, self._access, patience_s) is not None
            answered_at = trial.clock.now() if there else None
        took_s = None if answered_at is None else answered_at - self._ended_at
        return came_back(trial, took_s, what=self._what)

    async def _flood(self) -> None:
        try:
            async with attacker(self._trial, self._access, self._port) as hostile:
                await self._send_all(hostile)
        finally:
            self._ended_at = self._trial.clock.now()
            self._now.set()

    async def _send_all(self, hostile: Attacker) -> None:
        """``n_mal`` messages of each class, the command's instant among them."""
        at = int(self._instant * hostile.count * len(CLASSES))
        for number, kind in enumerate(kind for kind in CLASSES for _number in range(hostile.count)):
            if number == at:
                self._now.set()
            if self._over.is_set():
                return
            await hostile.send(kind)

    async def _work_until_instant(self, client: DlmsClient) -> None:
        """Read a register now and every so often until the instant has come."""
        instant = asyncio.create_task(self._now.wait())
        try:
            while not instant.done():
                await self._ask(client)
                pause = asyncio.create_task(self._trial.station.advance(_ASK_EVERY_S))
                await asyncio.wait({pause, instant}, return_when=asyncio.FIRST_COMPLETED)
                pause.cancel()
                await asyncio.gather(pause, return_exceptions=True)
        finally:
            instant.cancel()
            await asyncio.gather(instant, return_exceptions=True)

    async def _ask(self, client: DlmsClient) -> None:
        """One legitimate read."""
        asked = self._trial.clock.now()
        tried = await attempt(client.get(self._register))
        elapsed = self._trial.clock.now() - asked
        served = tried.accepted and elapsed <= self._patience_s
        self._trial.record.observe(SERVED, served, what=self._what, elapsed_s=elapsed, answer=tried.text)


def checks(trial: Trial) -> Sequence[Check]:
    return emergency_checks(trial, SERVED)


PROBE = Probe("A-H1", "dlms", stimulus, checks)
