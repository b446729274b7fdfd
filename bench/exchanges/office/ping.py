"""3.1.2 on AMI-11: the OMS asks whether a meter answers."""

from __future__ import annotations

from bench.exchanges.office_kinds import OfficeReading
from drivers.cim.office import CimOffice
from drivers.cim.payloads import EndDeviceStatus


class Ping(OfficeReading):
    """A ping of the meter under test."""

    rows = ("3.1.2/AMI-11/OMS-HE",)
    sender = "oms"

    async def ask(self, office: CimOffice) -> tuple[EndDeviceStatus, ...]:
        """Whether the meter answers; raises the headend's refusal."""
        return await office.ping((self.meter,))

    def count(self, answer: tuple[EndDeviceStatus, ...]) -> int:
        """How many meters the answer tells about."""
        return len(answer)
