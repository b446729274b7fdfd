"""C-H3 on Modbus/TLS: each unit has a key of its own, which can be changed, and who was replaced is let in no more.

Modbus/TLS has no service for keys: both are ordered at the device's set-up page. A unit that has made a new key shows
it soon, and the former one never again; the supply is cut at moments of the change, after which the unit shows exactly
one key, and serves. A client's certificate that was replaced is good until it is revoked, and then no more. One unit's
own key and certificate open neither another unit nor the unit itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import SECURE
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.modbus._keys import DEVICE_KEY, Bearer, certificate_of, own_credential, public_key
from bench.controls.modbus._row import access_of, answers_again, gives_data, harmless_read, second_unit
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

GOOD = "the row's client was served"
FOREIGN = "a unit's own key opened a unit"
REPLACED, REVOKED = "the replaced certificate was good before", "the replaced certificate was good once it was revoked"
NEW, NEW_AFTER = "the unit showed its new key", "from the order to the first use of the new key"
OLD = "the unit showed its former key"
ONE = "after a cut the unit shows exactly one key, and serves"
_REPLACED = "replaced"
_EVERY_S, _OFF_S, _LOOKS = 1.0, 10.0, 3


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await _works(trial, "before")
    await _foreign(trial, access)
    if access.has(_REPLACED):
        await _revocation(trial, access)
    else:
        record_absent(trial, "a client's certificate that was replaced", "the device file names none")
    if _changes(trial):
        if await _change(trial, access):
            await _interrupted(trial, access)
    else:
        record_absent(trial, "a change of the unit's key", "the device file says that it cannot be changed")
    await _works(trial, "after")


def _changes(trial: Trial) -> float:
    return float(access_of(trial).pixit("key_change_s", 0.0))


async def _works(trial: Trial, what: str) -> None:
    tried = await _served(trial, access_of(trial))
    trial.record.observe(GOOD, tried.accepted and bool(tried.value), what=what, answer=tried.text)


async def _served(trial: Trial, access: ModbusAccess, role: str = "") -> Attempt:
    async def ask() -> bool:
        async with access.session(role) as client:
            return gives_data(await client.send_pdu(harmless_read(trial)))

    return await attempt(ask())


# -- whose key opens what ----------------------------------------------------------------------------------------------


async def _foreign(trial: Trial, access: ModbusAccess) -> None:
    if not access.has(DEVICE_KEY):
        trial.record.could_not_look(FOREIGN, "the device file does not give the unit's own key")
        return
    shown = await own_credential(access)
    other = second_unit(access)
    if other is None:
        trial.record.could_not_look(FOREIGN, "the station has one unit of the type only, and two are needed")
    for unit in filter(None, (other, access)):
        tried = await _served(trial, Bearer(unit.station, unit.seat, unit.link, shown))
        what = f"that of {access.seat} at {unit.seat}"
        trial.record.observe(FOREIGN, tried.accepted and bool(tried.value), what=what, answer=tried.text)


async def _revocation(trial: Trial, access: ModbusAccess) -> None:
    tried = await _served(trial, access, _REPLACED)
    trial.record.observe(REPLACED, tried.accepted and bool(tried.value), what="before", answer=tried.text)
    serial = access.credential(_REPLACED).certificate.serial_number
    await trial.station.box.do(trial.seat, "revoke", serial=f"{serial:x}")
    for number in range(trial.bound("n_old_key").count):
        tried = await _served(trial, access, _REPLACED)
        what = f"try {number + 1}"
        trial.record.observe(REVOKED, tried.accepted and bool(tried.value), what=what, answer=tried.text)
    await _works(trial, "the one that replaced it")


# -- a new key ---------------------------------------------------------------------------------------------------------


async def _change(trial: Trial, access: ModbusAccess) -> bool:
    """A change as it should go; whether the unit shows another key then."""
    old, limit_s = await _key(access), trial.bound("t_new_key").number
    asked = trial.clock.now()
    await trial.station.box.do(trial.seat, "new_key")
    while (new := await _key(access)) in (old, None) and trial.clock.now() - asked <= limit_s:
        await trial.station.advance(_EVERY_S)
    changed = new not in (old, None)
    trial.record.observe(NEW, changed, what="under the same authority")
    trial.record.observe_duration(NEW_AFTER, trial.clock.now() - asked, what="the change")
    for number in range(trial.bound("n_old_key").count):
        trial.record.observe(OLD, await _key(access) == old, what=f"try {number + 1}")
    return changed


async def _key(access: ModbusAccess) -> bytes | None:
    """The key that the unit shows; None where it does not answer, or shows one that does not verify."""
    tried = await attempt(certificate_of(access))
    return public_key(tried.value) if tried.accepted else None


async def _interrupted(trial: Trial, access: ModbusAccess) -> None:
    count = trial.bound("n_rotation_cuts").count
    for number in range(count):
        cut_s = _changes(trial) * (number + trial.random.random()) / count
        await trial.station.box.do(trial.seat, "new_key")
        await trial.station.advance(cut_s)
        await trial.station.power(trial.seat, False)
        await trial.station.advance(_OFF_S)
        await trial.station.power(trial.seat, True)
        back_s = await answers_again(trial, access, 2 * trial.bound("t_boot").number)
        shown = {await _key(access) for _ in range(_LOOKS)}
        one = back_s is not None and len(shown) == 1 and None not in shown
        trial.record.observe(ONE, one, what=f"cut {number + 1}, {cut_s:.1f} s after the order")
        if not one:
            return


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the row's client is served before and after", "always", GOOD),
        Check("keys are those of one device", "never", FOREIGN),
    ]
    if access_of(trial).has(_REPLACED):
        found += [
            Check("a certificate that is not revoked is good", "always", REPLACED),
            Check("one that is revoked is not, each time", "never", REVOKED),
        ]
    if _changes(trial):
        found += [
            Check("the new key is shown", "always", NEW),
            Check("and soon", "at_most", NEW_AFTER, trial.limit("t_new_key")),
            Check("the former one is not, each time", "never", OLD),
            Check("a power cut leaves exactly one key", "always", ONE),
        ]
    return found


PROBE = Probe("C-H3", SECURE, stimulus, checks)
