"""The bench in the place of a device of the home: what it finds on the gateway's own server."""

from __future__ import annotations

from bench.access.sep2 import Sep2Access
from drivers.cim.credentials import Credential
from drivers.sep2.client import Sep2Client
from drivers.sep2.codec import Resource
from drivers.sep2.der import DERControlList, DERProgramList
from drivers.sep2.events import Event
from drivers.sep2.loads import DemandResponseProgramList, EndDeviceControlList
from drivers.sep2.prices import (
    ConsumptionTariffIntervalList,
    MessagingProgramList,
    TariffProfileList,
    TextMessageList,
    TimeTariffInterval,
    TimeTariffIntervalList,
)
from drivers.sep2.programs import EVENT_LISTS, ProgramKind

_PROGRAMS: dict[ProgramKind, type[Resource]] = {
    ProgramKind.DER: DERProgramList,
    ProgramKind.LOAD: DemandResponseProgramList,
    ProgramKind.PRICE: TariffProfileList,
    ProgramKind.TEXT: MessagingProgramList,
}
_EVENTS: dict[ProgramKind, type[Resource]] = {
    ProgramKind.DER: DERControlList,
    ProgramKind.LOAD: EndDeviceControlList,
    ProgramKind.PRICE: TimeTariffIntervalList,
    ProgramKind.TEXT: TextMessageList,
}


async def events_at(access: Sep2Access, party: str | Credential, kind: ProgramKind) -> list[Event]:
    """Every event of a kind that ``party`` finds at the gateway. Raises OfficeError, Sep2Error."""
    async with access.client(party) as client:
        return [
            event
            for program in await _members(client, f"/{kind}", _PROGRAMS[kind])
            for event in await _members(client, f"{program.href}/{EVENT_LISTS[kind]}", _EVENTS[kind])
        ]


async def price_at(access: Sep2Access, party: str, mrid: bytes) -> float | None:
    """The price of a tariff interval as ``party`` finds it, in the currency a unit. Raises OfficeError, Sep2Error."""
    async with access.client(party) as client:
        for tariff in await _members(client, "/tp", TariffProfileList):
            path = f"{tariff.href}/{EVENT_LISTS[ProgramKind.PRICE]}"
            for event in await _members(client, path, TimeTariffIntervalList):
                if isinstance(event, TimeTariffInterval) and event.mrid == mrid and event.consumption is not None:
                    listed = await client.get_list(event.consumption.href, ConsumptionTariffIntervalList)
                    price = listed.members[0].price if listed.members else None
                    return None if price is None else price * 10.0 ** (getattr(tariff, "multiplier", 0) or 0)
    return None


async def _members(client: Sep2Client, path: str, cls: type[Resource]) -> tuple[Event, ...]:
    return tuple(getattr(await client.get_list(path, cls), "members", ()))
