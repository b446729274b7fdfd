"""C-H3 Per-device keys and key change.

At a gateway that gives link keys to the devices of its home: a new key works soon, the one that it replaced opens
nothing any more, the key of one device opens nothing of another, and a power cut in the middle leaves exactly one. The
certificates of 2030.5 devices themselves are for life; what one server's is worth in the place of another is tried.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.sep2_keys import cut_while_changing, foreign_tries
from bench.access.sep2_member import Candidate
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, follow, impostor, record_effects, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.sep2.devices import LogEvent
from drivers.sep2.vocabulary import FunctionSet

NEW, NEW_AFTER = "the new key was good", "from the change to the first use of the new key"
OLD, FOREIGN = "the key that was replaced was good", "the key of one device opened what is another's"
ONE = "after a power cut a key was good, and of two used ones only the new"
SWAPPED = "a signal took effect that came with the certificate of another server"
_OTHER_SERVER = "neighbour"
_ENTRY = LogEvent(created=0, function_set=FunctionSet.GENERAL, code=1, number=1, pen=32_473, profile=1)


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    event = exchange.new_event()
    async with impostor(trial, _OTHER_SERVER, event):
        await follow(trial)
    await exchange.prepare()
    await record_effects(trial, [Case("a certificate that is good at another place", event)], SWAPPED)
    record_absent(trial, "change of a device's certificate", "device certificates of 2030.5 are for life")
    if _gives_keys(trial):
        await _link_keys(trial)
    else:
        record_absent(trial, "change of link keys", "the device gives none")
    await works(trial, "after")


def _gives_keys(trial: Trial) -> bool:
    """Whether it is a gateway whose device file names appliances that can join."""
    access = exchange_of(trial).access
    return bool(access.own_server) and access.has_secret("appliance") and access.has_secret("appliance-2")


async def _link_keys(trial: Trial) -> None:
    access = exchange_of(trial).access
    device, other = Candidate(access), Candidate(access, "appliance-2")
    await device.come_in()
    await other.come_in()
    for what, opened in (await foreign_tries(device, other, _ENTRY)).items():
        trial.record.observe(FOREIGN, opened, what=what)
    old, asked = device.credential, trial.clock.now()
    await device.change_key()
    trial.record.observe(NEW, await device.works())
    trial.record.observe_duration(NEW_AFTER, trial.clock.now() - asked)
    for number in range(trial.bound("n_old_key").count):
        trial.record.observe(OLD, await device.works(old), what=f"try {number + 1}")
    for number in range(trial.bound("n_rotation_cuts").count):
        after = await cut_while_changing(device, number)
        works_on = after.by_new if after.changed else after.by_old
        trial.record.observe(ONE, works_on and not after.old_beside, what=after.what)
    await device.take_out()
    await other.take_out()


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("another server's certificate is good for nothing here", "never", SWAPPED),
        Check("good signals work before and after", "always", GOOD),
    ]
    if _gives_keys(trial):
        found += [
            Check("the new key is good", "always", NEW),
            Check("and soon", "at_most", NEW_AFTER, trial.limit("t_new_key")),
            Check("the old key is not, each time", "never", OLD),
            Check("keys are those of one device", "never", FOREIGN),
            Check("a power cut leaves exactly one key", "always", ONE),
        ]
    return found


PROBE = Probe("C-H3", "sep2", stimulus, checks)
