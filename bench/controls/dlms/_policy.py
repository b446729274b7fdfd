"""The security policy of a client's association, as its security setup (class 64) has it."""

from __future__ import annotations

from collections.abc import Iterator

from bench.access.dlms import DlmsAccess
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import Integer, OctetString
from drivers.dlms.errors import RefusedError
from drivers.dlms.obis import Obis
from drivers.dlms.security_setup import activate_policy

_ASSOCIATION, _REFERENCE = 15, 9
_CURRENT = Obis("0.0.40.0.0.255")
_SECURITY_SETUP, _POLICY = 64, 2


class PolicyOf:
    """The policy of the client of ``role``, read and set over sessions of its own."""

    def __init__(self, access: DlmsAccess, role: str) -> None:
        self._access = access
        self._role = role

    async def setup(self) -> Obis | None:
        """The logical name of the security setup; None when the association refers to none that can be read."""
        async with self._access.session(self._role) as client:
            try:
                name = await client.get(Attribute(_ASSOCIATION, _CURRENT, _REFERENCE))
            except RefusedError:
                return None
        return Obis(bytes(name)) if isinstance(name, OctetString) and len(name) == 6 and any(name) else None

    async def read(self) -> int | None:
        """The policy in force: an enumeration in version 0, a bit field in version 1. None when it cannot be read."""
        name = await self.setup()
        if name is None:
            return None
        async with self._access.session(self._role) as client:
            try:
                value = await client.get(Attribute(_SECURITY_SETUP, name, _POLICY))
            except RefusedError:
                return None
        return int(value) if isinstance(value, Integer) else None

    async def activate(self, policy: int) -> None:
        """Put ``policy`` back in force. Raises the meter's refusal."""
        name = await self.setup()
        if name is not None:
            async with self._access.session(self._role) as client:
                await activate_policy(client, policy, name)


def lower_policies(present: int) -> Iterator[int]:
    """Policies that demand less: none at all, and the present one without its lowest bit."""
    for lower in dict.fromkeys((0, present & (present - 1))):
        if lower != present:
            yield lower
