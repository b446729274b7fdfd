"""A-M8 on DLMS: nobody but who may do so can keep the meter from telling of tampering.

Every client that may not change them tries to change the settings on which the notification depends: where the push
setup sends, what, and how often it repeats it, and which alarms are told. Then the meter is kept busy with events that
mean nothing, log-ons of a client that is open to anybody and short power dips, and the row's event comes after them.
At the consumer port (AMI-32) the notice depends on its threshold, and on receipts that nobody else may give.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bench.access.consumer import receipt_of
from bench.access.dlms import MANAGEMENT, PUBLIC
from bench.access.dlms_rights import declared_rights
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.blinding import CHANGED, DELIVERED, KEPT, TIME, checks, told_to_customer
from bench.controls.customer_notices import NEAR, QUIET_PERIODS, CustomerNotices
from bench.controls.dlms._customer_notices import customer_notices
from bench.controls.dlms._lines import port_of
from bench.controls.dlms._notices import listening, no_notice, notice_of
from bench.controls.dlms._power import power_cycle
from bench.controls.dlms._surface import read_each
from bench.controls.variants import record_absent
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import U8, U32, Array, Data, Enum, OctetString, Structure
from drivers.dlms.errors import RefusedError

if TYPE_CHECKING:
    from bench.access.dlms import DlmsAccess
    from bench.controls.trial import Trial
    from bench.exchanges.notice import Notice

_PUSH_SETUP, _DATA = 40, 1
_DIPS = 5
_DIP_S = 5.0
_SETTLE_S = 60.0


async def stimulus(trial: Trial) -> None:
    to_customer = customer_notices(trial)
    if to_customer is not None:
        await _to_customer(trial, to_customer)
        return
    notice = notice_of(trial)
    if notice is None:
        no_notice(trial, DELIVERED)
        return
    if not await listening(trial, notice, DELIVERED):
        return
    await _deliver(trial, notice, "before")
    await _switch_off(trial, notice)
    await _deliver(trial, notice, "after the attempts to switch it off")
    await _drown(trial, notice.access)
    await _deliver(trial, notice, "after events that mean nothing")
    await notice.restore()


async def _deliver(trial: Trial, notice: Notice, what: str) -> None:
    await notice.prepare()
    found = await notice.perform(trial.bound("t_evt").number)
    trial.record.observe(DELIVERED, found is not None, what=what, why=found.why if found else "")
    if found is not None:
        elapsed, spread = found.at - found.spread_s / 2 - notice.caused_at, found.spread_s / 12**0.5
        trial.record.observe(TIME, elapsed, what=what, unit="s", standard_uncertainty=spread)
    await notice.clear()
    await trial.station.advance(_SETTLE_S)


# -- switching it off --------------------------------------------------------------------------------------------------


def _harmful(access: DlmsAccess) -> Mapping[str, tuple[Attribute, Data]]:
    """Values that would silence the meter, by what they change."""
    push = access.names.push_setup
    nowhere = Structure([Enum(0), OctetString(b""), Enum(0)])
    return {
        "nothing to send": (Attribute(_PUSH_SETUP, push, 2), Array([])),
        "nowhere to send it": (Attribute(_PUSH_SETUP, push, 3), nowhere),
        "never again after a failure": (Attribute(_PUSH_SETUP, push, 6), U8(0)),
        "no alarm is told": (Attribute(_DATA, access.names.alarm_filter, 2), U32(0)),
    }


async def _switch_off(trial: Trial, notice: Notice) -> None:
    await _attack(trial, notice.access, _harmful(notice.access))


async def _attack(trial: Trial, access: DlmsAccess, harmful: Mapping[str, tuple[Attribute, Data]]) -> None:
    """Each value, by each client that may not; then they are read, and put right where they were changed."""
    rights = declared_rights(trial.station.lab.seat(trial.seat).device)
    async with access.session(MANAGEMENT, ask=True) as client:
        before = {one.attribute: one.value for one in await read_each(client, [a for a, _ in harmful.values()])}
    for what, (attribute, value) in harmful.items():
        if before.get(attribute) is None:
            record_absent(trial, what, "the meter has no such setting")
            continue
        for role in access.clients:
            if not rights.may_write(role, attribute) and role != MANAGEMENT:
                tried = await _try(access, role, attribute, value)
                answer = f"{role}: {tried.text}"
                trial.record.observe(CHANGED, tried.accepted, what=f"{what}, by {role}", answer=answer)
        async with access.session(MANAGEMENT, ask=True) as client:
            now = await client.get(attribute)
            trial.record.observe(KEPT, now == before[attribute], what=what)
            present = before[attribute]
            if now != present and present is not None:
                await client.set(attribute, present)


async def _try(access: DlmsAccess, role: str, attribute: Attribute, value: Data) -> Attempt:
    return await attempt(_set(access, role, attribute, value))


async def _set(access: DlmsAccess, role: str, attribute: Attribute, value: Data) -> None:
    port = port_of(access, role)
    if port is None:
        raise RefusedError(f"client {role} is served on no port of the station")
    async with access.session(role, port=port) as client:
        await client.set(attribute, value)


# -- drowning it -------------------------------------------------------------------------------------------------------


async def _drown(trial: Trial, access: DlmsAccess) -> None:
    """``n_benign`` log-ons, and some power dips, each of which may be told too."""
    role = PUBLIC if PUBLIC in access.clients else MANAGEMENT
    for _ in range(trial.bound("n_benign").count):
        async with access.session(role):
            pass
    for _ in range(_DIPS):
        await power_cycle(trial, access, _DIP_S)
    await trial.station.advance(_SETTLE_S)


# -- at the consumer port ----------------------------------------------------------------------------------------------


async def _to_customer(trial: Trial, notices: CustomerNotices) -> None:
    if not await notices.prepare(DELIVERED):
        return
    access = notices.meter
    try:
        await _deliver_to_customer(trial, notices, "before")
        await notices.arm()
        await _attack(trial, access, {"no warning": (notices.objects.thresholds, Array([U32(0), U32(0)]))})
        await _deliver_to_customer(trial, notices, "after the attempts to switch it off")
        await _receipts_of_others(trial, notices)
        await _drown(trial, access)
        await _deliver_to_customer(trial, notices, "after events that mean nothing")
    finally:
        await notices.restore()


async def _deliver_to_customer(trial: Trial, notices: CustomerNotices, what: str) -> None:
    async with notices.customer() as ems:
        await told_to_customer(trial, notices, ems, what)
    await trial.station.advance(_SETTLE_S)


async def _receipts_of_others(trial: Trial, notices: CustomerNotices) -> None:
    """Everybody but the customer's client says that the notice was taken; it must come again all the same."""
    access = notices.meter
    rights = declared_rights(trial.station.lab.seat(trial.seat).device)
    async with notices.customer() as ems:
        await notices.stir()
        notice = await ems.next_of(ems.code_of(NEAR), trial.bound("t_evt").number)
    if notice is None:
        trial.record.observe(DELIVERED, False, what="before receipts of others")
        return
    attribute, value = receipt_of(access, notice)
    for role in access.clients:
        if not rights.may_write(role, attribute):
            tried = await _try(access, role, attribute, value)
            trial.record.observe(CHANGED, tried.accepted, what=f"a receipt, by {role}", answer=f"{role}: {tried.text}")
    async with notices.customer() as ems:
        again = await notices.take(ems, QUIET_PERIODS * ems.repeat_s)
        trial.record.observe(KEPT, again is not None, what="the notice waits for its receipt")
        await notices.clear()
        await notices.take_all(ems)


PROBE = Probe("A-M8", "dlms", stimulus, checks)
