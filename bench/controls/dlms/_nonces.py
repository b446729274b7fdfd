"""The initialisation vectors that a meter has used: system title and invocation counter, key by key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.controls.dlms._ciphering import Protected, protections
from drivers.dlms.acse import AARE, Aare, decode_acse
from drivers.dlms.apdu import ActionResponseNormal, decode_apdu
from drivers.dlms.data import OctetString
from drivers.dlms.enums import Control, Mechanism
from drivers.dlms.errors import DecodeError
from drivers.transport.tap import Direction, Seen

_GMAC_PROOF = 17
"""Bytes of f(CtoS) in GMAC: security control byte, invocation counter, tag."""


@dataclass
class Nonces:
    """What one stretch of the collection has seen: counters in the order in which they came, by key and sender."""

    counters: dict[str, list[int]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(map(len, self.counters.values()))

    def add(self, key: str, sender: bytes, counter: int) -> None:
        """Note one."""
        self.counters.setdefault(f"{key} {sender.hex()}", []).append(counter)

    def take_messages(self, messages: Iterable[Seen], role: str, sender: bytes) -> None:
        """Those of the meter's ciphered messages in a capture, sent under the keys of ``role``."""
        for seen, protected in protections(messages):
            if seen.direction is Direction.IN:
                self.take(protected, role, sender)

    def take(self, protected: Protected, role: str, sender: bytes) -> None:
        """That of one ciphered message; a message names its sender or is ``sender``'s."""
        if protected.counter is None or protected.control is None:
            return
        kind = (
            "dedicated"
            if protected.dedicated
            else "broadcast"
            if protected.control & Control.BROADCAST_KEY
            else "unicast"
        )
        self.add(f"{role} {kind}", protected.sender or sender, protected.counter)

    def take_proof(self, plain: Iterable[Seen], role: str, sender: bytes, mechanism: Mechanism) -> None:
        """That of pass 4, where the mechanism is GMAC: its tag is made under the unicast key too."""
        if mechanism is not Mechanism.HLS_GMAC:
            return
        for seen in plain:
            proof = _proof_in(seen)
            if proof is not None:
                self.add(f"{role} unicast", sender, int.from_bytes(proof[1:5], "big"))


def title_in(messages: Iterable[Seen]) -> bytes:
    """The meter's system title, as its AARE says; empty when none does."""
    for seen in messages:
        if seen.direction is Direction.IN and seen.data[:1] == bytes((AARE,)):
            try:
                aare = decode_acse(seen.data)
            except DecodeError:
                continue
            if isinstance(aare, Aare) and aare.responding_ap_title:
                return aare.responding_ap_title
    return b""


def _proof_in(seen: Seen) -> bytes | None:
    if seen.direction is not Direction.IN:
        return None
    try:
        answer = decode_apdu(seen.data)
    except DecodeError:
        return None
    if isinstance(answer, ActionResponseNormal) and isinstance(answer.outcome.returned, OctetString):
        proof = bytes(answer.outcome.returned)
        return proof if len(proof) == _GMAC_PROOF else None
    return None
