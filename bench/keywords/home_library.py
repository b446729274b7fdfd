"""What the keyword libraries of a gateway's home share: devices that the bench plays, an event that they look for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.access.sep2_home import events_at
from bench.access.sep2_member import Candidate
from bench.access.sep2_server import Counterpart
from bench.exchanges.sep2_events import LoadControl, When, new_mrid
from bench.keywords.life_cycle import LifeCycleLibrary
from drivers.cim.credentials import Credential
from drivers.cim.errors import OfficeError
from drivers.sep2.devices import LogEvent, LogEventList
from drivers.sep2.errors import Sep2Error
from drivers.sep2.vocabulary import VENDOR_PROFILE

LOG_ENTRY = LogEvent(created=0, function_set=0, code=1, number=1, pen=32_473, profile=VENDOR_PROFILE)
"""What a device of the bench writes into its log at the gateway."""
_EVENT_S = 3600


class HomeLibrary(LifeCycleLibrary):
    """Base of the libraries."""

    @asynccontextmanager
    async def event_at_home(self) -> AsyncIterator[bytes]:
        """An event of the utility that holds; its mRID once the gateway has had time to offer it to the home."""
        async with Counterpart(self.home, self.utility) as server:
            program = server.resources.add_program(LoadControl().kind, new_mrid(self.random), 1, "bench")
            event = LoadControl().event(new_mrid(self.random), When(server.now, server.now, _EVENT_S))
            program.put(event, server.now)
            await server.polled()
            yield event.mrid

    async def finds(self, device: Candidate, mrid: bytes, shown: Credential | None = None) -> bool:
        """Whether a device finds the event at the gateway, by another certificate where one is ``shown``."""
        try:
            events = await events_at(self.home, shown or device.credential, LoadControl().kind)
        except (OfficeError, Sep2Error):
            return False
        return any(event.mrid == mrid for event in events)

    async def entries_of_log(self, device: Candidate) -> int:
        """How many entries its log at the gateway has. Raises OfficeError, Sep2Error."""
        (entry,) = await device.entries()
        async with self.home.client(device.credential) as client:
            return (await client.get_list(f"{entry.href}/log", LogEventList)).all
