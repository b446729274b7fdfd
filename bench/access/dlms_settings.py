"""What tests may set on a DLMS meter and leave behind: noted before, and put back however the test ended.

An emulated meter begins each test afresh; a real one keeps what was done to it, and the next test would meet that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.lab.errors import LabError
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Data, DateTime, OctetString
from drivers.dlms.datetimes import UNSPECIFIED_DEVIATION
from drivers.dlms.errors import DataAccessError, DecodeError, DlmsError
from drivers.dlms.profile import moment_of
from drivers.transport.base import TransportError

CLOCK_TOLERANCE_S = 2.0
_CLOCK_CLASS, _TIME = 8, 2


@dataclass
class SettingsAsFound:
    """The settings of the meter that ``access`` reaches, seen and put back as its management client."""

    access: DlmsAccess
    _found: dict[Attribute, Data] = field(default_factory=dict)
    _at: float = 0.0

    @property
    def clock(self) -> Attribute:
        """The time: the one setting that changes by itself."""
        return Attribute(_CLOCK_CLASS, self.access.names.clock, _TIME)

    @property
    def settings(self) -> Sequence[Attribute]:
        """All that is noted: time, control mode, schedule and threshold of the switch, message to the customer."""
        names = self.access.names
        return (
            self.clock,
            Attribute(70, names.disconnect_control, 4),
            Attribute(22, names.switch_schedule, 4),
            Attribute(71, names.limiter, 4),
            Attribute(1, names.consumer_message, 2),
        )

    async def note(self) -> None:
        """Read the settings; those that the client may not read are left alone. Raises what the meter does."""
        async with self.access.session(MANAGEMENT, ask=True) as client:
            self._found = await _values(client, self.settings)
            self._at = self.access.station.clock.now()

    async def put_back(self) -> Sequence[str]:
        """Write back what is no longer as it was found; in words, what could not be."""
        if not self._found:
            return ()
        try:
            async with self.access.session(MANAGEMENT, ask=True) as client:
                now = await _values(client, self._found)
                return [
                    f"{attribute}: {refusal}"
                    for attribute, value in self._due().items()
                    if not self._same(attribute, now.get(attribute), value)
                    if (refusal := await _set(client, attribute, value))
                ]
        except (DlmsError, TransportError, LabError) as error:
            return [str(error)]

    def _due(self) -> dict[Attribute, Data]:
        """What each setting should be now: the clock has gone on meanwhile."""
        due = dict(self._found)
        found = due.pop(self.clock, None)
        if (shown := _seconds(found)) is not None:
            late_s = self.access.station.clock.now() - self._at
            due[self.clock] = _later(found, shown + late_s)
        return due

    def _same(self, attribute: Attribute, seen: Data | None, due: Data) -> bool:
        if attribute != self.clock:
            return seen == due
        shown, wanted = _seconds(seen), _seconds(due)
        return shown is not None and wanted is not None and abs(shown - wanted) <= CLOCK_TOLERANCE_S


async def _values(client: DlmsClient, attributes: Iterable[Attribute]) -> dict[Attribute, Data]:
    """What the meter gives of them."""
    found = {}
    for attribute in attributes:
        with suppress(DataAccessError):
            found[attribute] = await client.get(attribute)
    return found


async def _set(client: DlmsClient, attribute: Attribute, value: Data) -> str:
    """Write; the refusal in words, empty for none."""
    try:
        await client.set(attribute, value)
    except DataAccessError as error:
        return str(error)
    return ""


def _seconds(value: Data | None) -> float | None:
    """The moment that a clock shows, in s; None for what is no moment. Without a deviation it is taken for UTC."""
    try:
        moment = moment_of(value) if value is not None else None
        return moment.timestamp(deviation=0) if moment is not None else None
    except (DecodeError, ValueError, OverflowError):
        return None


def _later(found: Data | None, when: float) -> OctetString:
    """The time ``when``, said as the clock said it when it was found."""
    said = moment_of(found) if found is not None else None
    assert said is not None
    deviation = 0 if said.deviation == UNSPECIFIED_DEVIATION else said.deviation
    time = replace(DateTime.at(when, deviation=deviation, status=said.status), deviation=said.deviation)
    return OctetString(time.to_bytes())
