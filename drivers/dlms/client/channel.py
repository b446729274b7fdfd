"""From plain APDUs to the link and back: taps ``plain`` and ``ciphered``, protection, invocation counters.

What is injected at these two taps is delivered before the link is read next; a read that already waits on the link
gets it when something arrives there, or at its deadline.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import NamedTuple

from drivers.clock import Clock
from drivers.dlms.apdu import GeneralHeader, GeneralSigning, decode_apdu
from drivers.dlms.apdu.common import Apdu
from drivers.dlms.apdu.protection import (
    DEDICATED_OF_PLAIN,
    GENERAL_CIPHERING,
    GENERAL_DEDICATED,
    GENERAL_GLOBAL,
    GENERAL_SIGNING,
    GLOBAL_OF_PLAIN,
    SERVICE_TAGS,
    AgreedKey,
    CipheredApdu,
    GeneralCiphering,
    GeneralDedCiphering,
    IdentifiedKey,
    KeyInfo,
    ServiceCiphered,
    WrappedKey,
)
from drivers.dlms.client.blocks import BlockTransfer
from drivers.dlms.client.identity import PROTECTION_FLAGS, ClientIdentity, KeyChoice
from drivers.dlms.enums import Control
from drivers.dlms.errors import MissingKeyError, ProtectionError
from drivers.dlms.link import DlmsLink
from drivers.dlms.security import (
    CounterKey,
    InvocationCounters,
    Opened,
    Protection,
    SecurityMaterial,
    one_pass_agreed_key,
    protect,
    protect_general,
    sign_general,
    static_agreed_key,
    unprotect,
    verify_general,
    wrapped_key,
)
from drivers.transport.base import SilenceError
from drivers.transport.tap import Tap

PROTECTED_TAGS = SERVICE_TAGS | {GENERAL_GLOBAL, GENERAL_DEDICATED, GENERAL_CIPHERING, GENERAL_SIGNING}
UNPROTECTED_ANSWERS = frozenset((0xD8, 0x0E, 0x61, 0x63))
"""Tags that may come plain in a ciphered context: exception-response, confirmed-service-error, AARE, RLRE."""


ACSE_TAGS = range(0x60, 0x64)
_BROADCAST_KEY = int(Control.BROADCAST_KEY)


@dataclass(frozen=True, slots=True)
class Override:
    """What one message does otherwise than the identity says. None leaves a field as it is."""

    control: int | None = None
    counter: int | None = None
    kind: Protection | None = None
    material: SecurityMaterial | None = None
    signed: bool | None = None


class Received(NamedTuple):
    """A plain APDU from the meter, how it was ciphered (None: not at all), and whether a signature was verified."""

    apdu: bytes
    opened: Opened | None = None
    signed: bool = False


NO_OVERRIDE = Override()


class Channel:
    """One client's channel. ``protecting`` is on while requests are to be protected (`Association` switches it)."""

    def __init__(self, link: DlmsLink, identity: ClientIdentity, counters: InvocationCounters) -> None:
        self.link = link
        self.clock: Clock = link.clock
        self.identity = identity
        self.material = identity.security
        self.counters = counters
        self.protecting = False
        self.dedicated_ready = False
        self.blocks = BlockTransfer(link, identity.block_window)
        self.ciphered_tap = Tap("ciphered", link.clock, link.taps["frame"])
        self.ciphered_tap.sends_with(self._send_past_taps)
        self.plain_tap = Tap("plain", link.clock, self.ciphered_tap)
        self.plain_tap.sends_with(self._send_protected)
        self._ciphered_in: deque[bytes] = deque()
        self._plain_in: deque[Received] = deque()

    def deadline(self) -> float:
        """When an answer to a request sent now must be here, in station time."""
        return self.clock.now() + self.identity.response_timeout_s

    # -- out -----------------------------------------------------------------------------------------------------

    async def send(self, apdu: bytes, override: Override = NO_OVERRIDE) -> None:
        """Send a plain APDU, protected when `protecting`."""
        if self.plain_tap.idle:
            await self.send_ciphered(self.protect(apdu, override))
            return
        for changed in await self.plain_tap.outbound(apdu):
            await self.send_ciphered(self.protect(changed, override))

    async def send_ciphered(self, message: bytes) -> None:
        """Send bytes as they are, from the layer ``ciphered``."""
        if self.ciphered_tap.idle:
            await self._send_past_taps(message)
            return
        for changed in await self.ciphered_tap.outbound(message):
            await self._send_past_taps(changed)

    async def _send_past_taps(self, message: bytes) -> None:
        await self.blocks.send(message, self.deadline())

    async def _send_protected(self, apdu: bytes) -> None:
        await self.send_ciphered(self.protect(apdu))

    def protect(self, apdu: bytes, override: Override = NO_OVERRIDE) -> bytes:
        """``apdu`` as the identity, and over it ``override``, has it protected. ACSE APDUs stay as they are."""
        if not self.protecting or not apdu or apdu[0] in ACSE_TAGS:
            return apdu
        material = override.material or self.require_material()
        control = self.identity.control_byte if override.control is None else override.control
        kind = override.kind or self._kind_for(apdu[0])
        signed = self.identity.signed if override.signed is None else override.signed
        protected = apdu
        if control & PROTECTION_FLAGS or not signed:
            key = CounterKey.BROADCAST if control & _BROADCAST_KEY else CounterKey.UNICAST
            counter = self.counters.next(key) if override.counter is None else override.counter
            if kind is Protection.GENERAL:
                protected = self._protect_general(material, apdu, control, counter)
            else:
                protected = protect(material, apdu, control=control, counter=counter, kind=kind)
        return sign_general(material, protected, self._header(material)) if signed else protected

    def require_material(self) -> SecurityMaterial:
        """The security material. Raises MissingKeyError where the identity has none."""
        if self.material is None:
            raise MissingKeyError("security material")
        return self.material

    def _kind_for(self, tag: int) -> Protection:
        """The identity's kind; dedicated only once agreed, general where a tag has no form of its own."""
        kind = self.identity.kind
        if not self.dedicated_ready:
            if kind is Protection.DEDICATED:
                kind = Protection.GLOBAL
            elif kind is Protection.GENERAL_DEDICATED:
                kind = Protection.GENERAL_GLOBAL
        if kind is Protection.GLOBAL and tag not in GLOBAL_OF_PLAIN:
            return Protection.GENERAL_GLOBAL
        if kind is Protection.DEDICATED and tag not in DEDICATED_OF_PLAIN:
            return Protection.GENERAL_DEDICATED
        return kind

    def _protect_general(self, material: SecurityMaterial, apdu: bytes, control: int, counter: int) -> bytes:
        header = replace(self._header(material), transaction_id=counter.to_bytes(8, "big"))
        key_info: KeyInfo
        key: bytes | None = None
        match self.identity.key_choice:
            case KeyChoice.WRAPPED:
                key_info, key = wrapped_key(material)
            case KeyChoice.ONE_PASS:
                key_info, key = one_pass_agreed_key(material, header)
            case KeyChoice.STATIC:
                key_info, key = static_agreed_key(material, header)
            case _:
                key_info = IdentifiedKey(1 if control & _BROADCAST_KEY else 0)
        return protect_general(
            material, apdu, control=control, counter=counter, header=header, key_info=key_info, key=key
        )

    def _header(self, material: SecurityMaterial) -> GeneralHeader:
        return GeneralHeader(originator=material.own_title, recipient=material.peer_title)

    # -- in ------------------------------------------------------------------------------------------------------

    async def receive(self, deadline: float) -> Received:
        """The next plain APDU. Raises SilenceError at ``deadline``, and as the link and `open` raise."""
        tap = self.plain_tap
        while True:
            if tap.idle and not self._plain_in:
                return self.open(await self.receive_ciphered(deadline))
            self._plain_in.extend(Received(apdu) for apdu in tap.take_injected())
            if self._plain_in:
                return self._plain_in.popleft()
            try:
                received = self.open(await self.receive_ciphered(tap.next_due(deadline)))
            except SilenceError:
                if tap.next_due(deadline) >= deadline and self.clock.now() >= deadline:
                    raise
                continue
            due = tap.admit(received.apdu)
            if due <= self.clock.now():
                self._plain_in.extend(received._replace(apdu=apdu) for apdu in tap.take_injected())

    async def receive_ciphered(self, deadline: float) -> bytes:
        """The next APDU as it came over the link."""
        tap = self.ciphered_tap
        while True:
            if tap.idle and not self._ciphered_in:
                return await self.blocks.receive(deadline)
            self._ciphered_in.extend(tap.take_injected())
            if self._ciphered_in:
                return self._ciphered_in.popleft()
            try:
                tap.admit(await self.blocks.receive(tap.next_due(deadline)))
            except SilenceError:
                if tap.next_due(deadline) >= deadline and self.clock.now() >= deadline:
                    raise

    def open(self, message: bytes) -> Received:
        """What a message holds. Raises ProtectionError when it is less protected than the identity demands."""
        if not message or message[0] not in PROTECTED_TAGS:
            if self.protecting and message[:1] and message[0] not in UNPROTECTED_ANSWERS:
                raise ProtectionError(f"an unprotected APDU with tag 0x{message[0]:02x} in a ciphered association")
            return Received(message)
        received = self.open_protected(message)
        flags = received.opened.control & PROTECTION_FLAGS if received.opened is not None else 0
        demanded = self.identity.demanded_flags if self.protecting else 0
        if demanded & ~flags:
            raise ProtectionError(f"protected by 0x{flags:02x}, demanded is 0x{demanded:02x}")
        if self.protecting and self.identity.signed and not received.signed:
            raise ProtectionError("not signed")
        return received

    def open_protected(self, message: bytes) -> Received:
        """What a protected message holds, its counter checked, without judging how well it is protected."""
        material = self.require_material()
        carrier = decode_apdu(message)
        signed = False
        if isinstance(carrier, GeneralSigning):
            content = verify_general(material, carrier)
            signed = True
            if not content or content[0] not in PROTECTED_TAGS:
                return Received(content, None, signed)
            carrier = decode_apdu(content)
        opened = self._decipher(material, carrier)
        return Received(opened.apdu, opened, signed)

    def _decipher(self, material: SecurityMaterial, carrier: Apdu) -> Opened:
        if not isinstance(carrier, CipheredApdu):
            raise ProtectionError(f"{type(carrier).__name__} is not ciphered")
        key = counter_key(carrier) if self.identity.check_counters else None
        if key is None:
            return unprotect(material, carrier)
        self.counters.check(carrier.text.counter, key)
        opened = unprotect(material, carrier)
        self.counters.accept(opened.counter, key)
        return opened


def counter_key(carrier: CipheredApdu) -> CounterKey | None:
    """Whose counter a ciphered APDU uses; None for a content key that serves this one message."""
    if isinstance(carrier, GeneralCiphering) and isinstance(carrier.key_info, WrappedKey | AgreedKey):
        return None
    if isinstance(carrier, GeneralDedCiphering) or (isinstance(carrier, ServiceCiphered) and carrier.dedicated):
        return CounterKey.DEDICATED
    return CounterKey.BROADCAST if carrier.text.control & _BROADCAST_KEY else CounterKey.UNICAST
