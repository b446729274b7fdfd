"""The customer portal: premises that a customer takes over, and programs of demand response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from drivers.cim.errors import BadAnswerError
from drivers.cim.portal import PortalClient
from drivers.cim.times import iso


@dataclass(frozen=True)
class EnrolmentPortal:
    """What a signed-in customer of ``portal`` can ask for. Every refusal raises OfficeRefusedError."""

    portal: PortalClient

    async def bind(self, premises: str, meter: str, code: str) -> dict[str, Any]:
        """Take over premises with their meter, by the code of the utility's letter."""
        return await self._send("POST", "/portal/agreements", {"premises": premises, "meter": meter, "code": code})

    async def enrol(self, premises: str, program: str, start: float | None = None) -> str:
        """Take part in a program from station time ``start`` on (s; at once when None); the enrolment's id."""
        document = {"premises": premises, "program": program, "start": "" if start is None else iso(start)}
        return str((await self._send("POST", "/portal/enrolments", document))["enrolment"])

    async def enrolment(self, enrolment: str) -> dict[str, Any]:
        """Where an enrolment stands."""
        return await self._send("GET", f"/portal/enrolments/{quote(enrolment, safe='')}")

    async def enrolments(self, premises: str) -> dict[str, Any]:
        """All enrolments of premises."""
        return await self._send("GET", f"/portal/premises/{quote(premises, safe='')}/enrolments")

    async def withdraw(self, enrolment: str) -> None:
        """End an enrolment."""
        await self._send("DELETE", f"/portal/enrolments/{quote(enrolment, safe='')}")

    async def consent(self, third_party: str, meter: str, start: float, end: float) -> str:
        """Let a third party enrol the premises of ``meter`` from ``start`` to ``end`` (station time, s); its id."""
        document = {"thirdParty": third_party, "meter": meter, "start": iso(start), "end": iso(end)}
        return str((await self._send("POST", "/portal/consents", {**document, "purpose": "enrolment"}))["consent"])

    async def _send(self, method: str, path: str, document: dict[str, Any] | None = None) -> dict[str, Any]:
        body = msgspec.json.encode(document) if document is not None else b""
        answer = (await self.portal.client.request(method, path, body)).raise_for_refusal().json()
        if not isinstance(answer, dict):
            raise BadAnswerError("the answer is no object")
        return answer
