"""C-L2 on Bluetooth: who is not paired reads what is declared public and nothing else, and is told nothing."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.ble import short
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, values
from bench.controls.trial import Trial
from bench.judgement.check import Check

BEYOND = "characteristics that anybody may read although they are not declared public"
PUBLIC = "public characteristics that could be read"
SUBSCRIBED = "who is not paired may subscribe to what is not public"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    public = set(access.declared.public)
    async with access.stranger() as adapter, access.open_link(adapter) as client:
        read = set(await values(client))
        trial.record.observe(BEYOND, [*sorted(read - public)])
        trial.record.observe(PUBLIC, len(read & public))
        for handle, found in client.characteristics.items():
            name = short(found.uuid)
            if name not in access.declared.told and {"notify", "indicate"} & set(found.properties):
                tried = await attempt(client.subscribe(handle))
                trial.record.observe(SUBSCRIBED, tried.accepted, what=name, answer=tried.text)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("nothing but the white-list can be read", "empty", BEYOND),
        Check("the device can be read at all", "at_least", PUBLIC, {"limit": 1}),
        Check("nobody is told without pairing", "never", SUBSCRIBED),
    ]


PROBE = Probe("C-L2", "ble", stimulus, checks)
