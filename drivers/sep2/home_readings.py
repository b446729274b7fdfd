"""What a client of a home's server reads to show it to the customer: metered usage, and what credit is left."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.sep2.client import Sep2Client
from drivers.sep2.devices import DeviceCapability
from drivers.sep2.metering import MeterReadingList, UsagePointList
from drivers.sep2.prepayment import (
    Account,
    AccountBalance,
    CreditRegisterList,
    Prepayment,
    PrepaymentList,
    PrepayOperationStatus,
)
from drivers.sep2.responses import Reading, ReadingType


@dataclass(frozen=True)
class Metered:
    """A value of the usage point ``name``: in the unit ``unit`` (``UomType``: 38 W, 72 Wh), read at ``at`` (s since the
    epoch; None where the server does not say)."""

    name: str
    value: float
    unit: int | None
    at: float | None


async def usage(client: Sep2Client, name: str = "") -> list[Metered]:
    """Every value that the server shows, or those of the usage points called ``name``; none where it has no such
    function set. Raises OfficeError, Sep2Error."""
    link = (await client.get("/dcap", DeviceCapability)).usage_points
    found: list[Metered] = []
    for point in (await client.get_list(link.href, UsagePointList)).members if link is not None else ():
        if point.readings is None or name not in ("", point.description):
            continue
        for values in (await client.get_list(point.readings.href, MeterReadingList)).members:
            kind = await client.get(values.reading_type.href, ReadingType)
            if values.reading is None:
                continue
            reading = await client.get(values.reading.href, Reading)
            if reading.value is not None:
                at = None if reading.period is None else float(reading.period.end)
                value = reading.value * 10.0 ** (kind.multiplier or 0)
                found.append(Metered(point.description or "", value, kind.unit, at))
    return found


async def accounts(client: Sep2Client, path: str = "") -> list[Account]:
    """Every account in the list at ``path`` (empty: where the server says). Raises OfficeError, Sep2Error."""
    if not path:
        link = (await client.get("/dcap", DeviceCapability)).prepayments
        if link is None:
            return []
        path = link.href
    return [await _account(client, entry) for entry in (await client.get_list(path, PrepaymentList)).members]


async def _account(client: Sep2Client, entry: Prepayment) -> Account:
    balance = await client.get(entry.balance.href, AccountBalance)
    payments = await client.get_list(entry.credits.href, CreditRegisterList)
    status = await client.get(entry.status.href, PrepayOperationStatus)
    return Account(entry.mrid, balance, status, payments.members, entry.low, entry.description or "")
