"""The audit log of an office system, as the party reads it that may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bench.access.office import OfficeAccess
from bench.access.office_rights import Act
from bench.controls.office._parties import claimed_parties
from drivers.cim.payloads import AuditEntry, AuditLog
from drivers.cim.vocabulary import Noun, Verb

if TYPE_CHECKING:
    from bench.controls.trial import Trial

READ_LOG = Act(Verb.GET, Noun.AUDIT_LOG)
NO_READER = "the device file names no party that may read the audit log (PIXIT access_table, secrets)"
ACCEPTED = "accepted"
"""Result of an entry about a message that was taken."""

_PAGE = 500
_LOOK_EVERY_S = 1.0


def log_reader(access: OfficeAccess) -> str | None:
    """The party that may read the log and whose credential the bench has, None when there is none."""
    return next((party for party in claimed_parties(access) if access.rights.may(party, READ_LOG)), None)


async def whole_log(access: OfficeAccess, reader: str, after: int = 0) -> AuditLog:
    """The log's entries with numbers above ``after``, oldest first; raises the system's refusal."""
    entries: list[AuditEntry] = []
    async with access.session(reader, kept=True) as office:
        while True:
            page = await office.audit(after=after, limit=_PAGE)
            entries += page.entries
            if len(page.entries) < _PAGE:
                return AuditLog(entries=tuple(entries), last=page.last, capacity=page.capacity)
            after = page.entries[-1].number


async def newest_number(access: OfficeAccess, reader: str) -> int:
    """The number of the newest entry."""
    async with access.session(reader, kept=True) as office:
        return (await office.audit(limit=1)).last


async def entries_in_time(
    trial: Trial, access: OfficeAccess, reader: str, after: int, fits: Callable[[AuditEntry], bool]
) -> tuple[Sequence[AuditEntry], float]:
    """Entries above ``after`` that fit, looked for until there are some or t_log is over; and how long that took."""
    began = trial.clock.now()
    while True:
        found = [entry for entry in (await whole_log(access, reader, after)).entries if fits(entry)]
        waited = trial.clock.now() - began
        if found or waited > trial.bound("t_log").number:
            return found, waited
        await trial.station.advance(_LOOK_EVERY_S)
