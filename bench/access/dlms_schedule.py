"""Orders for later in the meter itself: the single action schedule (class 22) of its disconnect control."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bench.access.dlms import DlmsAccess
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import U16, Array, Data, Date, OctetString, Structure, Time
from drivers.dlms.datetimes import UNSPECIFIED
from drivers.dlms.obis import Obis

SCHEDULE = 22
_SCRIPT, _TIMES = 2, 4
_SCRIPT_TABLE = Obis("0.0.10.0.106.255")
_DISCONNECT_SCRIPT, _RECONNECT_SCRIPT = 1, 2


async def schedule_switch(access: DlmsAccess, client: DlmsClient, when: float, *, closes: bool) -> None:
    """Have the meter disconnect or reconnect at ``when`` (station time, s, whole). Raises the meter's refusals."""
    offset_min = (await access.meter(client).clock()).offset_min or 0
    name = access.names.switch_schedule
    selector = U16(_RECONNECT_SCRIPT if closes else _DISCONNECT_SCRIPT)
    await client.set(Attribute(SCHEDULE, name, _SCRIPT), Structure([OctetString(_SCRIPT_TABLE), selector]))
    await client.set(Attribute(SCHEDULE, name, _TIMES), _times(when, offset_min))


async def cancel_switch(access: DlmsAccess, client: DlmsClient) -> None:
    """Cancel what the meter is to do later. Raises the meter's refusals."""
    await client.set(Attribute(SCHEDULE, access.names.switch_schedule, _TIMES), Array([]))


def _times(when: float, offset_min: int) -> Data:
    """``when`` as the only execution time, in the meter's local time."""
    local = datetime.fromtimestamp(when, UTC) + timedelta(minutes=offset_min)
    time = Time(local.hour, local.minute, local.second, 0)
    day = Date(local.year, local.month, local.day, UNSPECIFIED)
    return Array([Structure([OctetString(time.to_bytes()), OctetString(day.to_bytes())])])
