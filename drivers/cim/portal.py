"""The customer portal: OAuth 2 tokens (RFC 6749, RFC 7009), readings, moves, consents.

A customer signs in with name and password and gets a short-lived bearer token bound to the account; a third party
signs in with its client id and secret and reads what customers have consented to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from drivers.cim.client import Answer, OfficeClient
from drivers.cim.errors import BadAnswerError
from drivers.cim.times import iso

FORM = {"content-type": "application/x-www-form-urlencoded"}
CUSTOMER_SCOPES = ("readings", "moves", "consents", "account")


class PortalClient:
    """`drivers.roles.CustomerPortal` over HTTPS. Every refusal raises OfficeRefusedError."""

    def __init__(self, client: OfficeClient) -> None:
        self.client = client

    async def close(self) -> None:
        """Close the connections. Never raises."""
        await self.client.close()

    # -- tokens --------------------------------------------------------------------------------------------------

    async def ask_token(self, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """One request at the token endpoint, as given. Any status is an answer."""
        return await self.client.request(
            "POST", "/oauth/token", urlencode(fields).encode("ascii"), {**FORM, **(headers or {})}
        )

    async def sign_in(self, user: str, password: str, scopes: Sequence[str] = CUSTOMER_SCOPES) -> float:
        """Get a token and use it from now on; its life in s."""
        fields = {"grant_type": "password", "username": user, "password": password, "scope": " ".join(scopes)}
        return self._keep_token(await self.ask_token(fields))

    async def sign_in_third_party(self, client_id: str, secret: str) -> float:
        """The same for a third party."""
        fields = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        return self._keep_token(await self.ask_token(fields))

    async def sign_out(self) -> None:
        """Have the token revoked, and forget it."""
        body = urlencode({"token": self.client.token}).encode("ascii")
        answer = await self.client.request("POST", "/oauth/revoke", body, FORM)
        self.client.token = ""
        answer.raise_for_refusal()

    def _keep_token(self, answer: Answer) -> float:
        document = answer.raise_for_refusal().json()
        try:
            self.client.token = str(document["access_token"])
            return float(document["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadAnswerError("the token endpoint gave no token") from error

    # -- a customer ----------------------------------------------------------------------------------------------

    async def account(self) -> dict[str, Any]:
        """The own account: its id and meters."""
        return await self._get("/portal/account")

    async def change_password(self, old: str, new: str) -> None:
        """Change the password. Tokens given before end."""
        await self._send("POST", "/portal/password", {"old": old, "new": new})

    async def stored_readings(self, meter: str) -> dict[str, Any]:
        """Validated readings that the CIS holds."""
        return await self._get(f"/portal/meters/{quote(meter, safe='')}/readings")

    async def read_now(self, meter: str) -> dict[str, Any]:
        """An on-demand reading: ``{"readings": [...], "errors": [...]}`` in the shapes of
        `drivers.cim.payloads`.
        """
        return await self._send("POST", f"/portal/meters/{quote(meter, safe='')}/readings", {})

    async def choose_billing_day(self, meter: str, day: int) -> dict[str, Any]:
        """Choose the day of the month (1 to 31) on which billing periods end, from the end of the running one on."""
        return await self._send("POST", f"/portal/meters/{quote(meter, safe='')}/billing-day", {"day": day})

    async def pay(self, meter: str, payment: str, amount: int) -> dict[str, Any]:
        """Pay ``amount`` (hundred-thousandths of the currency unit) in for the own meter; ``payment`` is its id."""
        document = {"payment": payment, "amount": amount}
        return await self._send("POST", f"/portal/meters/{quote(meter, safe='')}/payments", document)

    async def credit(self, meter: str) -> dict[str, Any]:
        """The prepaid account of the own meter."""
        return await self._get(f"/portal/meters/{quote(meter, safe='')}/credit")

    async def request_move(self, kind: str, meter: str, at: float | None = None) -> dict[str, Any]:
        """Ask to move ``in`` or ``out`` at station time ``at`` (s; at once when None): the order's status."""
        return await self._send(
            "POST", "/portal/moves", {"kind": kind, "meter": meter, "start": "" if at is None else iso(at)}
        )

    async def move(self, order: str) -> dict[str, Any]:
        """Where a move stands."""
        return await self._get(f"/portal/moves/{quote(order, safe='')}")

    async def consent(self, third_party: str, meter: str, start: float, end: float) -> str:
        """Let a third party read intervals of ``meter`` in (start, end] (station time, s) until then; the
        consent's id.
        """
        document = await self._send(
            "POST",
            "/portal/consents",
            {"thirdParty": third_party, "meter": meter, "start": iso(start), "end": iso(end)},
        )
        return str(document["consent"])

    async def revoke_consent(self, consent: str) -> None:
        """Take a consent back."""
        answer = await self.client.request("DELETE", f"/portal/consents/{quote(consent, safe='')}")
        answer.raise_for_refusal()

    # -- a third party -------------------------------------------------------------------------------------------

    async def released_readings(self, meter: str, start: float, end: float, page: int = 0) -> dict[str, Any]:
        """One page of intervals of ``meter``: ``{"readings": [...], "next": page or None}``."""
        query = urlencode({"start": iso(start), "end": iso(end), "page": page})
        return await self._get(f"/thirdparty/meters/{quote(meter, safe='')}/readings?{query}")

    async def _get(self, path: str) -> dict[str, Any]:
        return _object(await self.client.get(path))

    async def _send(self, method: str, path: str, document: dict[str, Any]) -> dict[str, Any]:
        return _object(await self.client.request(method, path, msgspec.json.encode(document)))


def _object(answer: Answer) -> dict[str, Any]:
    document = answer.raise_for_refusal().json()
    if not isinstance(document, dict):
        raise BadAnswerError("the answer is no object")
    return document
