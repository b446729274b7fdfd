"""The bench in the place of a device of the home: what it finds on the gateway's own server."""

from __future__ import annotations

from dataclasses import dataclass

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
    RateComponentList,
    TariffProfileList,
    TextMessageList,
    TimeTariffInterval,
    TimeTariffIntervalList,
)
from drivers.sep2.programs import EVENT_LISTS, ProgramKind
from drivers.sep2.responses import ReadingType

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
    """Every event of a kind that ``party`` finds at the gateway: one with a name over the connection that it keeps.

    Raises OfficeError, Sep2Error.
    """
    if isinstance(party, str):
        return await events_of(access.kept_client(party), kind)
    async with access.client(party) as client:
        return await events_of(client, kind)


async def events_of(client: Sep2Client, kind: ProgramKind) -> list[Event]:
    """Every event of a kind that ``client`` finds. Raises OfficeError, Sep2Error."""
    return [
        event
        for program in await _members(client, f"/{kind}", _PROGRAMS[kind])
        for event in await _members(client, f"{program.href}/{EVENT_LISTS[kind]}", _EVENTS[kind])
    ]


async def price_at(access: Sep2Access, party: str, mrid: bytes) -> float | None:
    """The price of a tariff interval as ``party`` finds it, in the currency a unit. Raises OfficeError, Sep2Error."""
    client = access.kept_client(party)
    for tariff in await _members(client, "/tp", TariffProfileList):
        path = f"{tariff.href}/{EVENT_LISTS[ProgramKind.PRICE]}"
        for event in await _members(client, path, TimeTariffIntervalList):
            if isinstance(event, TimeTariffInterval) and event.mrid == mrid and event.consumption is not None:
                listed = await client.get_list(event.consumption.href, ConsumptionTariffIntervalList)
                price = listed.members[0].price if listed.members else None
                return None if price is None else price * 10.0 ** (getattr(tariff, "multiplier", 0) or 0)
    return None


@dataclass(frozen=True)
class PriceFound:
    """A tariff interval as a device finds it: its price with its multiplier and currency, and the unit it is for."""

    event: Event
    price: int | None
    multiplier: int | None
    currency: int | None
    unit: int | None


async def prices_at(access: Sep2Access, party: str | Credential) -> dict[bytes, PriceFound]:
    """Every tariff interval that ``party`` finds at the gateway, by mRID. Raises OfficeError, Sep2Error."""
    found: dict[bytes, PriceFound] = {}
    async with access.client(party) as client:
        for tariff in (await client.get_list("/tp", TariffProfileList)).members:
            if tariff.rate_components is None:
                continue
            for component in (await client.get_list(tariff.rate_components.href, RateComponentList)).members:
                unit = (await client.get(component.reading_type.href, ReadingType)).unit
                for event in (await client.get_list(component.intervals.href, TimeTariffIntervalList)).members:
                    listed = event.consumption and await client.get_list(
                        event.consumption.href, ConsumptionTariffIntervalList
                    )
                    price = listed.members[0].price if listed and listed.members else None
                    found[event.mrid] = PriceFound(event, price, tariff.multiplier, tariff.currency, unit)
    return found


async def _members(client: Sep2Client, path: str, cls: type[Resource]) -> tuple[Event, ...]:
    return tuple(getattr(await client.get_list(path, cls), "members", ()))
