"""Changing a customer's password at the portal, with the ledger in step."""

from __future__ import annotations

from bench.access.office import OfficeAccess
from bench.controls.office._visitors import CUSTOMER, credential_of
from drivers.cim.errors import OfficeRefusedError


class PasswordChange:
    """The declared customer, and new passwords made of ``seed``. ``current`` is the one in force, ``wanted`` the one
    that was asked for last."""

    def __init__(self, access: OfficeAccess, seed: str) -> None:
        self._access = access
        self._seed = seed
        self._count = 0
        self._portal = access.portal()
        declared = access.pixit("counterparts", {}).get(CUSTOMER, {})
        self._secret = str(declared.get("secret", CUSTOMER))
        self._user, self.current = credential_of(access, CUSTOMER)
        self.wanted = self.current

    async def sign_in(self) -> None:
        """Sign in with the password in force. Raises OfficeRefusedError."""
        await self._portal.sign_in(self._user, self.current)

    async def signs_in(self, password: str) -> bool:
        """Whether ``password`` is accepted."""
        try:
            await self._portal.sign_in(self._user, password)
        except OfficeRefusedError:
            return False
        return True

    async def ask(self) -> None:
        """Ask for a new password, written down before. The customer is signed in. Raises what the portal answers."""
        self._count += 1
        self.wanted = f"{self._seed}-{self._count}"
        self._access.station.ledger(self._access.seat).begin_rotation(self._secret, self.wanted.encode())
        await self._portal.change_password(self.current, self.wanted)

    async def make(self) -> None:
        """A whole change. Raises what the portal answers."""
        await self.sign_in()
        await self.ask()
        self.settle(True)

    def settle(self, new_is_in_force: bool) -> None:
        """Which of the two is in force now."""
        ledger = self._access.station.ledger(self._access.seat)
        if new_is_in_force:
            ledger.finish_rotation(self._secret)
            self.current = self.wanted
        else:
            ledger.abandon_rotation(self._secret)

    async def close(self) -> None:
        """Close the connections. Never raises."""
        await self._portal.close()
