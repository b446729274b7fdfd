"""Giving a meter a switch order for later, by its single action schedule (class 22)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.attempts import Attempt, attempt
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import U16, Array, Data, Date, OctetString, Structure, Time
from drivers.dlms.datetimes import UNSPECIFIED
from drivers.dlms.obis import Obis

SCHEDULE = 22
_SCRIPT, _TIMES = 2, 4
_SCRIPT_TABLE = Obis("0.0.10.0.106.255")
_DISCONNECT_SCRIPT, _RECONNECT_SCRIPT = 1, 2


async def order(access: DlmsAccess, when: float, *, closes: bool) -> Attempt:
    """Order a disconnect or reconnect for ``when`` (station time, s, whole); what came of it."""
    async with access.session(MANAGEMENT, ask=True) as client:
        offset_min = (await access.meter(client).clock()).offset_min or 0
        name = access.names.switch_schedule
        selector = U16(_RECONNECT_SCRIPT if closes else _DISCONNECT_SCRIPT)
        script = Structure([OctetString(_SCRIPT_TABLE), selector])
        chosen = await attempt(client.set(Attribute(SCHEDULE, name, _SCRIPT), script))
        if not chosen.accepted:
            return chosen
        return await attempt(client.set(Attribute(SCHEDULE, name, _TIMES), _times(when, offset_min)))


async def cancel(access: DlmsAccess) -> Attempt:
    """Cancel whatever is ordered; what came of it."""
    async with access.session(MANAGEMENT, ask=True) as client:
        attribute = Attribute(SCHEDULE, access.names.switch_schedule, _TIMES)
        return await attempt(client.set(attribute, Array([])))


def _times(when: float, offset_min: int) -> Data:
    """``when`` as the only execution time, in the meter's local time."""
    local = datetime.fromtimestamp(when, UTC) + timedelta(minutes=offset_min)
    time = Time(local.hour, local.minute, local.second, 0)
    day = Date(local.year, local.month, local.day, UNSPECIFIED)
    return Array([Structure([OctetString(time.to_bytes()), OctetString(day.to_bytes())])])
