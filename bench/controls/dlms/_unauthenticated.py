"""Asking for the row's data as somebody who has not logged on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.dlms._answers import holds_data, in_words, is_refusal
from bench.controls.dlms._credentials import metering_attribute
from bench.controls.dlms._row import exchange_of
from drivers.dlms.apdu import (
    ActionRequestNormal,
    ActionResponseNormal,
    GetRequestNormal,
    Method,
    decode_apdu,
    encode_apdu,
    invoke_byte,
)
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import I16
from drivers.dlms.errors import DecodeError

if TYPE_CHECKING:
    from bench.controls.trial import Trial

_CLOCK, _SHIFT_TIME = 8, 6
_PROOF_SIZE = 17
"""Bytes of f(StoC) in GMAC, the shortest of all."""


@dataclass(frozen=True)
class Asker:
    """Sends the row's reading and a method call that changes nothing (shift the clock by 0 s), and records what came.

    ``data`` and ``acted`` are the series for payload that came and methods that were served.
    """

    trial: Trial
    data: str
    acted: str

    @property
    def reading(self) -> bytes:
        """The row's message where it reads, else a reading of what the row returns; a plain APDU."""
        request = exchange_of(self.trial).request()
        if isinstance(decode_apdu(request), GetRequestNormal):
            return request
        return encode_apdu(GetRequestNormal(invoke_byte(1), metering_attribute(exchange_of(self.trial).access)))

    @property
    def method_call(self) -> bytes:
        """A method call without consequences; a plain APDU."""
        clock = exchange_of(self.trial).access.names.clock
        return encode_apdu(ActionRequestNormal(invoke_byte(2), Method(_CLOCK, clock, _SHIFT_TIME), I16(0)))

    async def is_served(self, client: DlmsClient) -> bool:
        """Whether ``client`` gets the row's data. For positive controls: nothing is recorded."""
        tried = await attempt(client.send_apdu(self.reading))
        return tried.accepted and holds_data(tried.value.apdu)

    async def ask(self, client: DlmsClient, what: str) -> None:
        """Ask for data and for the method as ``client`` is now, and record whether it was served."""
        for series, request, served in (
            (self.data, self.reading, holds_data),
            (self.acted, self.method_call, _acted),
        ):
            tried = await attempt(client.send_apdu(request))
            words = in_words(tried.value.apdu) if tried.accepted else tried.text
            came = tried.accepted and served(tried.value.apdu)
            self.trial.record.observe(series, came, what=what, answer=words)

    async def knock(self, client: DlmsClient, what: str) -> None:
        """Send an AARQ, ask; where the answer is pending (accepted, authentication required), answer the challenge
        with nonsense, and ask again."""
        try:
            opened = await attempt(request_association(client))
            await self.ask(client, f"{what}: {opened.text if not opened.accepted else 'AARQ accepted'}")
            if opened.accepted and client.association.pending:
                await attempt(client.association.reply(os.urandom(_PROOF_SIZE)))
                await self.ask(client, f"{what}: after a wrong pass 3")
        finally:
            await client.abort()


async def request_association(client: DlmsClient, ctos: bytes | None = None) -> None:
    """AARQ and AARE, with a fresh (or the given) challenge; with HLS the association is then pending.

    Raises as `DlmsClient.associate` does up to there.
    """
    if not client.link.connected:
        await client.link.open()
    association = client.association
    await association.send_aarq(association.make_aarq(ctos))
    association.accept(await association.receive_aare())


def _acted(apdu: bytes) -> bool:
    try:
        return isinstance(decode_apdu(apdu), ActionResponseNormal) and not is_refusal(apdu)
    except DecodeError:
        return False
