"""A-M8 on Bluetooth: nobody but its owner keeps a display from telling what the meter has to say.

While the owner is connected, somebody whom the display has never met writes 0 to every client characteristic
configuration, which counts for his own link and nobody else's, and gives a receipt for the owner's notice. Then he
comes and goes many times. Notices come all the same, each until its owner's receipt.
"""

from __future__ import annotations

from bench.access.customer import CustomerSystem
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._notices import NOBODY, customer_notices
from bench.controls.ble._row import access_of, exchange_of
from bench.controls.blinding import CHANGED, DELIVERED, KEPT, checks, told_to_customer
from bench.controls.customer_notices import NEAR, QUIET_PERIODS, CustomerNotices
from bench.controls.trial import Trial
from drivers.gatt import account
from drivers.gatt.adapter import ControllerAdapter


async def stimulus(trial: Trial) -> None:
    await exchange_of(trial).prepare()
    notices = customer_notices(trial)
    if notices is None:
        trial.record.could_not_look(DELIVERED, NOBODY)
        return
    if not await notices.prepare(DELIVERED):
        return
    try:
        async with notices.customer() as ems:
            await told_to_customer(trial, notices, ems, "before")
            await _switch_off(trial)
            await told_to_customer(trial, notices, ems, "after the attempts to switch it off")
            await _receipt(trial, notices, ems)
            await _drown(trial)
            await told_to_customer(trial, notices, ems, "after connections that mean nothing")
    finally:
        await notices.restore()


async def _switch_off(trial: Trial) -> None:
    """Whatever is answered: it may count for the stranger's own link only."""
    access = access_of(trial)
    async with access.stranger() as adapter, access.open_link(adapter) as client:
        for handle, found in client.characteristics.items():
            if {"notify", "indicate"} & set(found.properties):
                await attempt(client.subscribe(handle))
                await attempt(client.unsubscribe(handle))


async def _receipt(trial: Trial, notices: CustomerNotices, ems: CustomerSystem) -> None:
    access = access_of(trial)
    await notices.stir()
    notice = await ems.next_of(ems.code_of(NEAR), trial.bound("t_evt").number)
    trial.record.observe(DELIVERED, notice is not None, what="before a stranger's receipt")
    if notice is None:
        return
    async with access.stranger() as adapter, access.open_link(adapter) as client:
        tried = await attempt(client.write(account.RECEIPT, account.encode_receipt(notice.log, notice.number)))
        trial.record.observe(CHANGED, tried.accepted, what="a receipt, by a stranger", answer=tried.text)
    again = await notices.take(ems, QUIET_PERIODS * ems.repeat_s)
    trial.record.observe(KEPT, again is not None, what="the notice waits for its owner's receipt")
    await notices.clear()
    await notices.take_all(ems)


async def _drown(trial: Trial) -> None:
    access = access_of(trial)
    async with access.stranger() as adapter:
        link = access.bare_link if isinstance(adapter, ControllerAdapter) else access.open_link
        for _ in range(trial.bound("n_benign").count):
            async with link(adapter):
                pass


PROBE = Probe("A-M8", "ble", stimulus, checks)
