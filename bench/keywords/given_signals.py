"""A signal that stands while a test looks at its effect, and no longer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.access.office import OfficeAccess
from drivers.cim.signal_calls import end, give
from drivers.cim.signals import Signal


@asynccontextmanager
async def given(access: OfficeAccess, party: str, wanted: Signal) -> AsyncIterator[str]:
    """A signal that ``party`` has given at a system, by its id; ended afterwards. Raises OfficeError."""
    async with access.session(party) as office:
        taken = await give(office.messenger, (wanted,))
    try:
        yield taken[0].signal
    finally:
        async with access.session(party) as office:
            await end(office.messenger, (taken[0].signal,))
