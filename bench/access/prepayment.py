"""The objects with which a meter keeps a prepaid account, as its device file declares them (PIXIT ``prepayment``).

    [pixit.prepayment]
    account = "0.0.19.0.0.255"
    credit = "0.0.19.10.0.255"              # token credit
    emergency = "0.0.19.11.0.255"           # emergency credit
    charge = "0.0.19.20.0.255"
    gateway = "0.0.19.40.0.255"             # token gateway
    action = "0.0.128.19.1.255"             # data: what happens without credit, and the power limit (W)
    friendly_hours = "0.0.128.19.2.255"     # data: from and to, minutes after local midnight
    remaining = "0.0.128.19.3.255"          # data: for how long the credit lasts (s)
    identifier_bytes = 8                    # a token: identifier, then the amount in 4 bytes

Amounts and prices (per Wh and rate) are in the units that account and charge state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.access.account import LimitAction, Terms
from bench.access.dlms import DlmsAccess
from bench.access.dlms_clients import ClientsError
from bench.access.limits import whole
from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import I8, I16, I32, U16, U32, Array, Data, Enum, OctetString, Structure
from drivers.dlms.errors import DecodeError
from drivers.dlms.obis import Obis

_DATA, _ACCOUNT, _CREDIT, _CHARGE, _GATEWAY = 1, 111, 112, 113, 115
_MODE, _LOW, _AVAILABLE = 2, 16, 5
_AMOUNT, _PRESET = 2, 9
_UNIT_CHARGE = 5
_UPDATE, _SET, _INVOKE, _ENTER = 1, 2, 3, 1
_ACTIVE = 2
EXECUTED = 3
"""status_code of a token that was executed (Gurux `TokenStatusCode`, unverified)."""


@dataclass(frozen=True)
class PrepaymentObjects:
    """Logical names of the objects, and the length of a token's identifier."""

    account: Obis
    credit: Obis
    emergency: Obis
    charge: Obis
    gateway: Obis
    action: Obis
    friendly_hours: Obis
    remaining: Obis
    identifier_bytes: int = 8

    @property
    def amount(self) -> Attribute:
        """The token credit."""
        return Attribute(_CREDIT, self.credit, _AMOUNT)

    @property
    def available(self) -> Attribute:
        """Token credit and what is used of the emergency credit."""
        return Attribute(_ACCOUNT, self.account, _AVAILABLE)

    @property
    def remaining_time(self) -> Attribute:
        """For how long the credit lasts (s)."""
        return Attribute(_DATA, self.remaining, 2)

    @property
    def set_amount(self) -> Method:
        """Sets the token credit."""
        return Method(_CREDIT, self.credit, _SET)

    @property
    def enter(self) -> Method:
        """Takes a token."""
        return Method(_GATEWAY, self.gateway, _ENTER)

    def token(self, identifier: int, amount: int) -> OctetString:
        """A token for ``amount``."""
        return OctetString(identifier.to_bytes(self.identifier_bytes, "big") + amount.to_bytes(4, "big", signed=True))


def prepayment_objects(access: DlmsAccess) -> PrepaymentObjects:
    """The declared objects. Raises ClientsError where the device file declares none."""
    declared: Mapping[str, Any] = access.pixit("prepayment", {})
    try:
        names = {name: Obis(str(value)) for name, value in declared.items() if name != "identifier_bytes"}
        return PrepaymentObjects(**names, identifier_bytes=int(declared.get("identifier_bytes", 8)))
    except (TypeError, ValueError):
        raise ClientsError(f"the device in seat {access.seat} declares no usable prepayment (PIXIT)") from None


class PrepaidAccount:
    """The account of one meter, over an association of a client that may change it. Raises the meter's refusals."""

    def __init__(self, client: DlmsClient, objects: PrepaymentObjects) -> None:
        self._client = client
        self._objects = objects

    async def configure(self, terms: Terms) -> None:
        """Run the account as a prepaid one on these terms."""
        objects, client = self._objects, self._client
        unit = await client.get(Attribute(_CHARGE, objects.charge, _UNIT_CHARGE))
        if not isinstance(unit, Structure) or len(unit) != 3:
            raise DecodeError("the unit charge has another shape")
        table = Array(Structure([OctetString(bytes([rate])), I16(price)]) for rate, price in enumerate(terms.prices, 1))
        await client.set(Attribute(_CHARGE, objects.charge, _UNIT_CHARGE), Structure([unit[0], unit[1], table]))
        await client.set(Attribute(_CREDIT, objects.emergency, _PRESET), I32(terms.emergency))
        action = Structure([Enum(terms.action), U32(terms.limit_w)])
        await client.set(Attribute(_DATA, objects.action, 2), action)
        hours = Array(Structure([U16(begin), U16(end)]) for begin, end in terms.friendly)
        await client.set(Attribute(_DATA, objects.friendly_hours, 2), hours)
        await client.set(Attribute(_ACCOUNT, objects.account, _LOW), I32(terms.low))
        await client.set(Attribute(_ACCOUNT, objects.account, _MODE), Structure([Enum(2), Enum(_ACTIVE)]))

    async def credit(self) -> int:
        """The token credit."""
        return whole(await self._client.get(self._objects.amount))

    async def reset(self, amount: int) -> int:
        """Set the token credit; what the meter then says that it is."""
        await self._client.action(self._objects.set_amount, I32(amount))
        return await self.credit()

    async def action(self) -> LimitAction:
        """What the meter does without credit."""
        value = await self._client.get(Attribute(_DATA, self._objects.action, 2))
        if not isinstance(value, Structure) or not value:
            raise DecodeError("the action without credit has another shape")
        return LimitAction(whole(value[0]))

    async def top_up(self, identifier: int, amount: int) -> int:
        """Enter a token; its status code."""
        return token_status(await self._client.action(self._objects.enter, self._objects.token(identifier, amount)))

    async def pay(self, identifier: int, amount: int) -> bool:
        """Enter a token; whether it was executed."""
        return await self.top_up(identifier, amount) == EXECUTED

    async def use_emergency(self) -> None:
        """Take the emergency credit."""
        await self._client.action(Method(_CREDIT, self._objects.emergency, _INVOKE), I8(0))

    async def remaining_s(self) -> int:
        """For how long the credit lasts."""
        return whole(await self._client.get(self._objects.remaining_time))


def token_status(answer: Data | None) -> int:
    """The status code in what a token gateway returns. Raises DecodeError."""
    if not isinstance(answer, Structure) or not answer or not isinstance(answer[0], Enum):
        raise DecodeError("the token gateway returns no token status")
    return int(answer[0])
