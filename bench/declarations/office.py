"""An office system: the parties that it serves."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.office import OfficeAccess
from bench.declarations.base import Comparison, Topic
from drivers.cim.errors import OfficeError, OfficeUnreachableError


async def parties(comparison: Comparison) -> None:
    """Each party with a credential and a declared path is let in and served there."""
    access = OfficeAccess(comparison.station, comparison.seat)
    for role, path in sorted(_open_paths(access).items()):
        client = access.client(role)
        try:
            status = str((await client.get(path)).status)
        except OfficeUnreachableError:
            raise
        except OfficeError as error:
            status = str(error)
        finally:
            await client.close()
        comparison.hold(f"{role} at {path}", "200", status)


def _open_paths(access: OfficeAccess) -> dict[str, str]:
    """One path without parameters for each party of which the device file has a credential; people sign in."""
    found: dict[str, str] = {}
    people = access.pixit("counterparts", {})
    for role in access.rights.roles:
        if role in people:
            continue
        path = next((path for path in access.rights.paths_of(role) if "{" not in path), "")
        if path and access.has_secret(role):
            found[role] = path
    return found


TOPICS: Sequence[Topic] = (Topic("parties", parties),)
