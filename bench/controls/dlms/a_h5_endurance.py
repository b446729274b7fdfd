"""A-H5 on DLMS: under a long mixed load the meter neither restarts nor grows slow, and runs out of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import MANAGEMENT, PUBLIC, DlmsAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.dlms._flood import CLASSES, attacker
from bench.controls.dlms._power import answers_again, read_state, restarts
from bench.controls.dlms._row import access_of
from bench.controls.endurance import NO_RESTART, RESTARTS, MixedLoad, long_endurance_checks
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute
from drivers.dlms.link_base import LinkDisconnectedError

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.dlms.client import DlmsClient

_VALUE = 2
_ROUND_S = 2.0


async def stimulus(trial: Trial) -> None:
    """Each round is a session with reads, every second one broken off, and a malformed message; the ports in turn."""
    access = access_of(trial)
    before = await read_state(access)
    load, open_ports = MixedLoad(trial, _ROUND_S), access.ports_of(PUBLIC)
    while load.lasts:
        await _session(trial, access, load)
        async with attacker(trial, access, open_ports[load.number % len(open_ports)]) as hostile:
            await hostile.send(CLASSES[load.number % len(CLASSES)])
        await load.next_round()
    there = await answers_again(trial, access, 2 * trial.bound("t_rec").number) is not None
    load.over(there=there)
    if not there:
        trial.record.could_not_look(RESTARTS, "the meter lets nobody read its log any more")
        return
    trial.record.observe(RESTARTS, restarts(access, before, await read_state(access)), what=load.done)


async def _session(trial: Trial, access: DlmsAccess, load: MixedLoad) -> None:
    """One session of the client with its reads."""
    patience_s = 2 * trial.bound("t_resp").number
    client = access.new_client(MANAGEMENT, port=access.ports_of(MANAGEMENT)[0], response_timeout_s=patience_s)
    opened = await attempt(client.associate())
    name = access.names.register("energy_import")
    register = Attribute(name.class_id, name.instance, _VALUE)

    async def read() -> Attempt:
        """One read, with the one link-level retry that p_ok allows."""
        if not opened.accepted:
            return opened
        tried = await attempt(_read(client, register))
        return await attempt(_read(client, register)) if not tried.accepted and client.link.connected else tried

    await load.questions(read, to_the_end=True)
    await (client.close() if load.number % 2 else client.abort())


async def _read(client: DlmsClient, register: Attribute) -> None:
    if not client.link.connected:
        raise LinkDisconnectedError("the meter closed the link")
    await client.get(register)


def checks(trial: Trial) -> Sequence[Check]:
    return [*long_endurance_checks(trial), NO_RESTART]


PROBE = Probe("A-H5", "dlms", stimulus, checks)
