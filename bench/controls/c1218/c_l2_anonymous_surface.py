"""C-L2 on C12.18: who has no password sees what the device file lists, and no more.

Without any session, identified only, and after a logon with several user ids (the declared ones among them) that is not
followed by security: every standard table is read, whole and by offset, and the first manufacturer tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.access.c1218_clients import ANONYMOUS
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import STANDARD_TABLES, access_of, read_each
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.c1218.client import C1218Client
from drivers.c1218.services import MANUFACTURER_TABLES

BEYOND = "tables that were readable without a password and are not on the list"
LISTED = "a table of the list was readable after a logon"
_MFG_TABLES = range(MANUFACTURER_TABLES, MANUFACTURER_TABLES + 64)
_USERS = (0, 1, 0xFFFF)


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    allowed = {number for role, number in access.rights.read if role == ANONYMOUS}
    client = access.client()
    try:
        await client.link.open()
        await _look(trial, client, (), "no session")
    finally:
        await client.close()
    async with access.identified() as client:
        await _look(trial, client, (), "identified only")
    users = (*_USERS, *(table.user_id for table in access.clients.values()))
    for user in dict.fromkeys(users):
        async with access.identified() as client:
            tried = await attempt(client.logon(user))
            if tried.accepted:
                readable = await _look(trial, client, allowed, f"logon as user {user}")
                trial.record.observe(LISTED, allowed <= readable, what=f"user {user}")


async def _look(trial: Trial, client: C1218Client, allowed: Iterable[int], what: str) -> set[int]:
    answers = await read_each(client, (*STANDARD_TABLES, *_MFG_TABLES))
    readable = {number for number, tried in answers.items() if tried.accepted}
    for number in STANDARD_TABLES:
        if number not in readable and (await attempt(client.read_part(number, 0, 1))).accepted:
            readable.add(number)
    beyond = [f"table {number}" for number in sorted(readable - set(allowed))]
    trial.record.observe(BEYOND, beyond, what=what, read=len(answers))  # type: ignore[arg-type]
    return readable


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("what is on the list is there, so that the port was alive", "always", LISTED),
        Check("nothing else is readable without a password", "empty", BEYOND),
    ]


PROBE = Probe("C-L2", "c1218", stimulus, checks)
