"""Keywords that pair with a Bluetooth device, command by command where a case asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from robot.api.deco import keyword, library

from bench.access.ble import BYSTANDER, OWNER, BleAccess, Hand
from bench.keywords.conversation import Conversation
from drivers.gatt.adapter import Adapter
from drivers.gatt.client import GattClient
from drivers.gatt.errors import PAIRING_FAILURES, PairingError
from drivers.gatt.security import IoCapability, Level, PairingManner, method_of
from drivers.transport.base import PeerClosedError, SilenceError
from drivers.transport.tap import Direction

_GUARD_S = 180.0
_LISTEN_S = 0.2
_FAILED, _DHKEY_CHECK = 0x05, 0x0D  # SMP commands
_PATIENCE_S = 40.0
_RESOLVABLE = 0b01  # the two highest bits of a resolvable private address
_MANNERS: Mapping[str, PairingManner] = {
    "by a passkey": OWNER,
    "by comparing numbers": PairingManner(IoCapability.DISPLAY_YES_NO),
    "with nothing to show and no keys": BYSTANDER,
}


@dataclass
class _Absent(Hand):
    """Nobody presses the button of the device."""

    async def compare(self, number: int) -> bool:
        """The device waits in vain."""
        await self.station.advance(_PATIENCE_S)
        return True


@dataclass
class _Mistaken(Hand):
    """Somebody types a passkey of which the lowest bit is wrong."""

    async def shown(self, passkey: int) -> None:
        """As one does who reads badly."""
        await super().shown(passkey ^ 1)


@library(scope="TEST", auto_keywords=False)
class BlePairing(Conversation):
    """Pairs as the test says, and judges what came of it."""

    def __init__(self) -> None:
        super().__init__()
        self._identities = 0

    @property
    def access(self) -> BleAccess:
        """How the device is reached."""
        return BleAccess(self.station, self.seat)

    @keyword("Somebody Pairs")
    def pairs(self, how: str) -> None:
        """With a hand at the device. Example: | Somebody Pairs | by a passkey |"""
        self.run(self._pair(how, _MANNERS[how], self.access.hand), _GUARD_S)

    @keyword("Somebody Pairs While Nobody Is At The Device")
    def pairs_alone(self, how: str) -> None:
        """The window is open. Example: | Somebody Pairs While Nobody Is At The Device | by comparing numbers |"""
        self.run(self._pair(how, _MANNERS[how], _Absent(self.station, self.seat)), _GUARD_S)

    @keyword("Somebody Pairs Outside The Window")
    def pairs_outside(self, how: str) -> None:
        """The window is closed. Example: | Somebody Pairs Outside The Window | by a passkey |"""
        self.run(self._pair(how, _MANNERS[how], self.access.hand, opens=False), _GUARD_S)

    @keyword("Somebody Mistypes The Passkey")
    def mistypes(self, times: int = 1) -> None:
        """So often. Example: | Somebody Mistypes The Passkey | 3 |"""
        for _time in range(times):
            self.run(self._pair("a wrong passkey", OWNER, _Mistaken(self.station, self.seat)), _GUARD_S)

    @keyword("Somebody Pairs With A Wrong Check Of The Keys")
    def wrong_check(self) -> None:
        """One bit of it. Example: | Somebody Pairs With A Wrong Check Of The Keys |"""
        self.run(self._pair("a wrong check", OWNER, self.access.hand, spoils=True), _GUARD_S)

    @keyword("It Ends With")
    def ends(self, *allowed: str) -> None:
        """Judge it. Example: | It Ends With | passkey, level 4 |"""
        self.expect(*allowed)

    @keyword("The Device Has Given Its Identity Key")
    def has_identity(self) -> None:
        """In the pairing. Example: | The Device Has Given Its Identity Key |"""
        self.fact("identity keys that the device has given", self._identities, "at_least", limit=1)

    @keyword("The Methods Are Those Of Both Sides' Capabilities")
    def methods(self) -> None:
        """Table 2.8 for what the device file says. Example: | The Methods Are Those Of Both Sides' Capabilities |"""
        for how, manner in _MANNERS.items():
            expected = method_of(manner.io, self.access.declared.capability, mitm=True)
            if manner is not BYSTANDER:
                self.run(self._pair(how, manner, self.access.hand), _GUARD_S)
                self.expect(f"{expected}, level {int(Level.SECURE)}")

    @keyword("The Address Is Private And The Owner Resolves It")
    def private(self) -> None:
        """Advertised. Example: | The Address Is Private And The Owner Resolves It |"""
        self.run(self._private(), _GUARD_S)

    # -- on the link ---------------------------------------------------------------------------------------------

    async def _pair(
        self, how: str, manner: PairingManner, hand: Hand, *, opens: bool = True, spoils: bool = False
    ) -> None:
        async with self.access.stranger() as adapter, self.access.open_link(adapter) as client:
            await hand.open_window(opens)
            adapter.hci.manner = replace(manner, person=hand)
            if spoils:
                with client.taps["smp"].interfering(_spoil_check, Direction.OUT):
                    answer = await self._outcome(client)
            else:
                answer = await self._outcome(client)
            self._identities = await _identities(adapter)
        self.heard(f"pairing, {how}", answer)

    async def _outcome(self, client: GattClient) -> str:
        try:
            with client.taps["smp"].capturing() as seen:
                worth = await client.pair()
        except PairingError as error:
            said = any(one.direction is Direction.IN and one.data[:1] == bytes((_FAILED,)) for one in seen)
            return f"{'failed' if said else 'broken off by the bench'}: {PAIRING_FAILURES.get(error.reason or 0, '?')}"
        except PeerClosedError:
            return "the link ended"
        except SilenceError:
            return "nothing"
        return f"{worth.method}, level {int(worth.level)}"

    async def _private(self) -> None:
        async with self.access.stranger() as adapter:
            async with self.access.open_link(adapter) as client:
                await self.access.hand.open_window()
                await self.access.pair(client)
            adverts = await adapter.adverts(_LISTEN_S)
            addresses = {advert.address.split("/")[0] for advert in adverts}
            kinds = {int(address[:2], 16) >> 6 for address in addresses}
            self.fact("kinds of addresses (the two highest bits)", [*sorted(kinds)], "equals", expected=[_RESOLVABLE])
            async with self.access.open_link(adapter) as client:
                self.fact("the owner's link is encrypted at once", client.security.encrypted, "always")


async def _identities(adapter: Adapter) -> int:
    return sum(keys.irk is not None for _name, keys in await adapter.hci.keys.get_all())


def _spoil_check(pdu: bytes) -> Sequence[bytes]:
    if pdu[:1] != bytes((_DHKEY_CHECK,)):
        return (pdu,)
    return (pdu[:-1] + bytes((pdu[-1] ^ 1,)),)
