"""3.3.3 on AMI-10: the MDMS has the headend ask meters for their tampering status."""

from __future__ import annotations

from bench.exchanges.office_kinds import OfficeReading
from drivers.cim.office import CimOffice
from drivers.cim.payloads import EndDeviceStatus


class SecuritySweep(OfficeReading):
    """The status of the meter under test, with what it says of attempts at it."""

    rows = ("3.3.3/AMI-10/MDMS-HE",)
    sender = "mdms"

    async def ask(self, office: CimOffice) -> tuple[EndDeviceStatus, ...]:
        """The status; raises the headend's refusal."""
        return await office.ping((self.meter,), security=True)

    def count(self, answer: tuple[EndDeviceStatus, ...]) -> int:
        """How many meters have said how they are."""
        return sum(status.security is not None for status in answer)
