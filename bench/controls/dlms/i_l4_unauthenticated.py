"""I-L4 on DLMS: who has no credential changes nothing.

The public client, every pre-established association without its keys, and client SAPs without an association send the
row's command and write what can be set; the witness watches for an actuation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import PUBLIC, DlmsAccess
from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.dlms._forged import send_forged
from bench.controls.dlms._lines import beside, port_of, without_keys
from bench.controls.dlms._parameters import Parameter, clock_of, values_of
from bench.controls.dlms._row import disconnect_beside, exchange_of
from bench.controls.dlms._watch import Watch
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Data

if TYPE_CHECKING:
    from bench.controls.trial import Trial

COMMANDED = "a command without credential was taken"
WRITTEN = "a write without credential was taken"
ACTUATED = "the load current changed though nobody with a credential had asked"
KEPT = "what had been set before was still set"
GOOD = "the authorised command took effect"

LAST_SAP = 127
_ANSWER_S = 3.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    access, watch = exchange.access, Watch(trial)
    await exchange.prepare()
    async with access.session(exchange.role) as client:
        before = await values_of(client, access)
    await watch.begin()
    await _public(trial, access, before)
    for role, table in access.clients.items():
        if table.pre_established:
            await _pre_established(trial, access, role, before)
    await _sweep(trial, access)
    await trial.station.advance(trial.bound("t_no_actuation").number)
    await watch.record(ACTUATED, "from the first attempt on")
    await _read_back(trial, before)
    command = await attempt(exchange.perform())
    await record_effect(trial, exchange, GOOD, "the same command by the authorised client", command)
    await exchange.restore()


async def _public(trial: Trial, access: DlmsAccess, values: Mapping[Parameter, Data]) -> None:
    if PUBLIC not in access.clients:
        record_absent(trial, "public client", "the device file declares none")
        return
    async with access.session(PUBLIC) as client:
        await _try_all(trial, client, "public client", values)


async def _pre_established(trial: Trial, access: DlmsAccess, role: str, values: Mapping[Parameter, Data]) -> None:
    port = port_of(access, role)
    if port is None:
        record_absent(trial, f"pre-established client {role}", "none of its ports is connected on this station")
        return
    client = without_keys(access.new_client(role, port=port), access.link(access.client(role).sap, port))
    try:
        await client.associate()
        await _try_all(trial, client, f"pre-established client {role} without its keys", values)
    finally:
        await client.close()


async def _try_all(trial: Trial, client: DlmsClient, who: str, values: Mapping[Parameter, Data]) -> None:
    """Send the row's message and a disconnect, then write each parameter, with the value that it has."""
    await _command(trial, client, who)
    disconnect = disconnect_beside(trial)
    if disconnect is not None:
        tried = await send_forged(client, disconnect, trial.clock.now() + _ANSWER_S)
        trial.record.observe(COMMANDED, tried.accepted, what=f"{who}: a disconnect", answer=tried.text)
    for parameter, value in values.items():
        tried = await attempt(client.set(parameter.attribute, value))
        trial.record.observe(WRITTEN, tried.accepted, what=f"{who}: {parameter.title}", answer=tried.text)


async def _command(trial: Trial, client: DlmsClient, who: str) -> None:
    deadline = trial.clock.now() + _ANSWER_S
    tried = await send_forged(client, exchange_of(trial).request(), deadline)
    trial.record.observe(COMMANDED, tried.accepted, what=who, answer=tried.text)


async def _sweep(trial: Trial, access: DlmsAccess) -> None:
    """The row's command from client SAPs that have no association: first those that could log on, then strangers."""
    declared = {table.sap for table in access.clients.values() if table.pre_established}
    logging_on = sorted(table.sap for table in access.clients.values() if not table.pre_established)
    strange = [sap for sap in range(1, LAST_SAP + 1) if sap not in declared and sap not in logging_on]
    count = max(0, trial.bound("n_swept_saps").count - len(logging_on))
    chosen = sorted(logging_on + trial.random.sample(strange, min(count, len(strange))))
    role = exchange_of(trial).role
    own = access.client(role).sap
    anchor = access.link(own)
    try:
        for sap in chosen:
            if not anchor.connected:
                await anchor.open()
            stranger = without_keys(access.new_client(role), beside(anchor, sap))
            try:
                await stranger.associate()
                await _command(trial, stranger, f"client SAP {sap} without an association")
            finally:
                await stranger.close()
            if sap == own:
                await anchor.abort()  # on HDLC the stranger's leaving ended this connection too
    finally:
        await anchor.close()


async def _read_back(trial: Trial, before: Mapping[Parameter, Data]) -> None:
    exchange = exchange_of(trial)
    async with exchange.access.session(exchange.role) as client:
        after = await values_of(client, exchange.access)
    for parameter, value in before.items():
        if parameter.attribute != clock_of(exchange.access):
            trial.record.observe(KEPT, after.get(parameter) == value, what=parameter.title)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("every command without credential is refused", "never", COMMANDED),
        Check("every write without credential is refused", "never", WRITTEN),
        Check("nothing is actuated", "never", ACTUATED),
        Check("nothing is changed", "always", KEPT),
        Check("the authorised command is carried out", "always", GOOD),
    ]


PROBE = Probe("I-L4", "dlms", stimulus, checks)
